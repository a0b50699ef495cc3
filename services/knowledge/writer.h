// The only thread that writes to the store. Small jobs that wait at the same time share one
// transaction and one fsync (group commit).
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "common/metrics.h"
#include "common/result.h"
#include "services/knowledge/sqlite.h"

namespace shopkeeper::knowledge {

// Thread-safe. Jobs must own what they use: a caller that gave up no longer waits for them.
class Writer {
 public:
  using Job = std::function<Status(Database&)>;

  Writer(std::unique_ptr<Database> database, Metrics& metrics);
  ~Writer();  // finishes what was taken on
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Returns once the job's changes are on disk, or nothing of them is. TooManyRequests where too
  // many wait already; Timeout where the outcome was not known in time (it may still be written).
  Status write(Job job, std::chrono::milliseconds timeout);

  // A job that brings its own transaction and keeps all others waiting; no deadline.
  Status writeAlone(Job job);

 private:
  struct Pending {
    Job job;
    bool alone = false;
    std::promise<Status> done;
  };
  Result<std::future<Status>> enqueue(Job job, bool alone);
  void run();
  void commitTogether(std::deque<Pending>& batch);
  void runAlone(Pending& pending);
  void observe();

  const std::unique_ptr<Database> database_;
  prometheus::Gauge& walBytes_;
  prometheus::Gauge& databaseBytes_;
  prometheus::Gauge& waiting_;
  prometheus::Counter& refused_;
  prometheus::Histogram& commitSeconds_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Pending> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace shopkeeper::knowledge
