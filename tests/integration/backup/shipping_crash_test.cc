// Shippers and writers that are killed, at any point and all at once.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sidecar/backup/shipping/commands.h"
#include "sidecar/backup/storage/directory_store.h"
#include "tests/integration/backup/shipping_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

// From its `callsLeft`th call on the store is dead, before or after that call took effect: all that
// a shipper that is killed there leaves.
class DyingStore {
 public:
  std::shared_ptr<ObjectStore> store() const { return store_; }
  void dieAt(int call, bool done) {
    callsLeft_ = call;
    afterwards_ = done;
    dead_ = false;
  }
  void live() { dieAt(1'000'000, false); }
  bool dead() const { return dead_; }

 private:
  std::optional<Error> asked(bool done) {
    if (!dead_ && !done) --callsLeft_;
    dead_ = dead_ || (callsLeft_ == 0 && done == afterwards_);
    return dead_ ? std::optional(Error(ErrorCode::Unavailable, "killed")) : std::nullopt;
  }

  int callsLeft_ = 1'000'000;
  bool afterwards_ = false, dead_ = false;
  std::shared_ptr<ObjectStore> store_ = std::make_shared<MemoryStore>(
      [this](const std::string&, const std::string&, bool done) { return asked(done); });
};

// Also between two objects of one transaction.
TEST_F(ShippingTest, AShipperKilledAtEveryCallOfTheStoreLosesNothingAndGoesOn) {
  DyingStore dying;
  store_ = dying.store();
  ShippingRules rules;
  rules.basePieceBytes = 4 << 10;
  rules.collector.maxPartBytes = 8 << 10;
  rules.baseAfterLogBytes = 20 << 10;  // new copies too are interrupted
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER, filler)");
  auto shipper = this->shipper(rules);
  settle(*shipper);
  std::size_t rows = 1;
  sql("INSERT INTO rows VALUES (1, 0, NULL)");  // the log is what streams are known again by
  settle(*shipper);
  const std::string stream = shipper->state().stream;
  for (int call = 1; call <= 25; ++call) {
    for (const bool done : {false, true}) {
      sql("INSERT INTO rows VALUES (" + std::to_string(++rows) + ", 0, randomblob(9000))");
      dying.dieAt(call, done);
      for (int i = 0; i < 200 && !dying.dead(); ++i) (void)shipper->tick();
      shipper.reset();  // closes the database as the kernel does for the dead: the log stays
      dying.live();
      shipper = this->shipper(rules);
      settle(*shipper);
      const auto restored = restore();
      ASSERT_TRUE(restored.status) << restored.status.error().message();
      ASSERT_EQ(restored.rows.size(), rows) << call << done;
    }
  }
  EXPECT_EQ(shipper->state().stream, stream);
}

// `shopkeeper-backup ship` as a process of its own.
class ShipProcess {
 public:
  ShipProcess(const std::string& database, std::shared_ptr<ObjectStore> store,
              const SealingKey& key, std::string output)
      : output_(std::move(output)), pid_(::fork()) {
    if (pid_ != 0) return;
    std::ofstream out(output_);
    ShippingArguments arguments;
    arguments.database = database;
    const bool ended(ship(arguments, {std::move(store), key, systemClock(), systemRandom(),
                                      std::stop_token(), true, out}));
    ::_exit(ended ? 0 : 1);
  }
  ~ShipProcess() { kill(); }
  ShipProcess(const ShipProcess&) = delete;
  ShipProcess& operator=(const ShipProcess&) = delete;

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  // What it said last.
  nlohmann::json progress() const {
    std::ifstream file(output_);
    nlohmann::json last;
    for (std::string line; std::getline(file, line) && !file.eof();) {
      last = nlohmann::json::parse(line);
    }
    return last;
  }
  bool restorable() const {
    const nlohmann::json last = progress();
    return last.is_object() && last.value("restorable", false);
  }

 private:
  const std::string output_;
  pid_t pid_;
};

TEST_F(ShippingTest, WhatWasSaidToBeShippedIsThereAfterEverythingWasKilled) {
  const std::string directory = directory_.path() + "/store";
  ASSERT_EQ(::mkdir(directory.c_str(), 0700), 0);
  store_ = std::move(DirectoryStore::open(directory).value());
  Writer writer(database(), {.pauseUs = 2'000, .rowBytes = 500});
  writer.waitForRows(10);
  ShipProcess ship(database(), store_, key_, directory_.path() + "/progress");
  ASSERT_TRUE(eventually([&] { return ship.restorable(); }));
  writer.waitForRows(static_cast<long>(writer.rows().size()) + 1'000);
  ship.kill();
  writer.kill();
  const WallTime killed = systemClock().wallNow();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(database() + suffix);

  const auto written = writer.rows();
  WallTime shipped;
  ASSERT_TRUE(parseRfc3339(ship.progress().at("shippedUpTo"), shipped));
  const auto restored = restore();
  expectExactly(restored, written, shipped, WallTime::max());
  ASSERT_LE(restored.rows.size(), written.size() + 1);  // one may not have been acknowledged
  const auto ns = std::chrono::nanoseconds(killed.time_since_epoch()).count();
  const auto lost =
      restored.rows.size() < written.size() ? ns - written[restored.rows.size()].committedNs : 0;
  std::printf("the oldest acknowledged row that was lost was %lld ms old\n", lost / 1'000'000);
}

}  // namespace
}  // namespace shopkeeper::backup::testing
