// A database that another process writes to, a shipper at work on it, and restores to compare.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "sidecar/backup/repository/password.h"
#include "sidecar/backup/shipping/replayer.h"
#include "sidecar/backup/shipping/shipping_loop.h"
#include "tests/services/temporary_directory.h"
#include "tests/testing/memory_store.h"

namespace shopkeeper::backup::testing {

// sqlite_writer as a child process.
class Writer {
 public:
  struct Plan {
    long rows = 1'000'000, pauseUs = 2'000, rowBytes = 100, checkpointEvery = 0;
    long autoCheckpoint = 1'000;  // pages
  };
  struct Row {
    long long n, begunNs, committedNs;
  };
  Writer(const std::string& database, const Plan& plan);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void kill();
  void wait();                    // until it ended by itself
  void waitForRows(long count);   // until so many were committed
  std::vector<Row> rows() const;  // committed so far

 private:
  const std::string output_;
  pid_t pid_ = -1;
};

struct RestoredRows {
  Status status = ok();
  Replayed replayed;
  std::vector<std::pair<long long, long long>> rows;  // n, begun
};

class ShippingTest : public ::testing::Test {
 protected:
  std::string database() const { return directory_.path() + "/knowledge.db"; }
  std::unique_ptr<Shipper> shipper(ShippingRules rules = {}) {
    return std::make_unique<Shipper>(database(), store_, "shipping/", key_, rules, systemClock(),
                                     systemRandom());
  }
  RestoredRows restore(WallTime at = WallTime::max());
  // Ticks until nothing is left to do.
  void settle(Shipper& shipper);
  // Every restored row was really written; all those committed by `surely` are there, none begun
  // after `at`.
  void expectExactly(const RestoredRows& restored, const std::vector<Writer::Row>& written,
                     WallTime surely, WallTime at);
  void sql(const std::string& statement);

  shopkeeper::testing::TemporaryDirectory directory_;
  SealingKey key_ = randomKey();
  std::shared_ptr<ObjectStore> store_ = std::make_shared<MemoryStore>();
  int restores_ = 0;
};

// runShipping() on a thread of its own.
class AtWork {
 public:
  explicit AtWork(Shipper& shipper, ShippingTimes times = {std::chrono::milliseconds(100),
                                                           std::chrono::milliseconds(10)})
      : thread_([&shipper, times](const std::stop_token& stop) {
          (void)runShipping(shipper, times, stop);  // the tests look at what came of it
        }) {}

 private:
  std::jthread thread_;
};

bool eventually(const std::function<bool()>& holds);

}  // namespace shopkeeper::backup::testing
