#include "services/knowledge/writer.h"

#include <filesystem>
#include <utility>
#include <vector>

namespace shopkeeper::knowledge {
namespace {

constexpr std::size_t kMaxWaiting = 256;
constexpr std::size_t kMaxTogether = 64;

double sizeOf(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<double>(size);
}

// A job's own failure undoes only that job.
Status runInSavepoint(Database& database, const Writer::Job& job) {
  if (const Status opened = database.script("SAVEPOINT job"); !opened) return opened;
  Status done = job(database);
  if (!database.inTransaction()) return done;  // SQLite itself rolled everything back
  if (!done && !database.script("ROLLBACK TO job")) return done;
  const Status released = database.script("RELEASE job");
  return done ? released : done;
}

}  // namespace

Writer::Writer(std::unique_ptr<Database> database, Metrics& metrics)
    : database_(std::move(database)),
      walBytes_(metrics.gauge("knowledge_wal_bytes", "Size of the write-ahead log.")),
      databaseBytes_(metrics.gauge("knowledge_database_bytes", "Size of the database file.")),
      waiting_(metrics.gauge("knowledge_writes_waiting", "Writes that wait for their turn.")),
      refused_(metrics.counter("knowledge_writes_refused_total",
                               "Writes refused because too many waited.")),
      commitSeconds_(metrics.histogram("knowledge_commit_duration_seconds",
                                       "Time of one shared transaction, fsync included.",
                                       latencyBuckets())) {
  observe();
  thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Result<std::future<Status>> Writer::enqueue(Job job, bool alone) {
  std::lock_guard lock(mutex_);
  if (stopping_) return Error(ErrorCode::Unavailable, "the store is closing");
  if (queue_.size() >= kMaxWaiting) {
    refused_.Increment();
    return Error(ErrorCode::TooManyRequests, "the store is busy; try again in a second");
  }
  Pending pending{std::move(job), alone, {}};
  auto future = pending.done.get_future();
  queue_.push_back(std::move(pending));
  waiting_.Set(static_cast<double>(queue_.size()));
  wake_.notify_all();
  return future;
}

Status Writer::write(Job job, std::chrono::milliseconds timeout) {
  auto future = enqueue(std::move(job), false);
  if (!future) return future.error();
  if (future->wait_for(timeout) != std::future_status::ready) {
    return Error(ErrorCode::Timeout, "the store did not finish the write in time");
  }
  return future->get();
}

Status Writer::writeAlone(Job job) {
  auto future = enqueue(std::move(job), true);
  if (!future) return future.error();
  return future->get();
}

void Writer::run() {
  while (true) {
    std::deque<Pending> batch;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      do {
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
      } while (!queue_.empty() && !queue_.front().alone && !batch.back().alone &&
               batch.size() < kMaxTogether);
      waiting_.Set(static_cast<double>(queue_.size()));
    }
    if (batch.front().alone) {
      runAlone(batch.front());
    } else {
      commitTogether(batch);
    }
    observe();
  }
}

void Writer::runAlone(Pending& pending) {
  Status done = pending.job(*database_);
  if (database_->inTransaction()) (void)database_->script("ROLLBACK");
  pending.done.set_value(std::move(done));
}

void Writer::commitTogether(std::deque<Pending>& batch) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<Status> results(batch.size());
  Status all = database_->script("BEGIN IMMEDIATE");
  for (std::size_t i = 0; all && i < batch.size(); ++i) {
    results[i] = runInSavepoint(*database_, batch[i].job);
    // A full disk ends the transaction: those before have lost their changes as well.
    if (!database_->inTransaction()) {
      all = results[i] ? Status(Error(ErrorCode::Internal, "the transaction ended early"))
                       : results[i];
    }
  }
  if (all) all = database_->script("COMMIT");
  if (!all && database_->inTransaction()) (void)database_->script("ROLLBACK");
  commitSeconds_.Observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i].done.set_value(all ? std::move(results[i]) : all);
  }
}

void Writer::observe() {
  walBytes_.Set(sizeOf(database_->path() + "-wal"));
  databaseBytes_.Set(sizeOf(database_->path()));
}

}  // namespace shopkeeper::knowledge
