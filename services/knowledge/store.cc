#include "services/knowledge/store.h"

#include <filesystem>
#include <mutex>

#include "common/log.h"
#include "services/knowledge/event_table.h"
#include "services/knowledge/readers.h"
#include "services/knowledge/staging.h"
#include "services/knowledge/store_file.h"
#include "services/knowledge/writer.h"

namespace shopkeeper::knowledge {
namespace {

// Longer than an import of a large catalogue keeps the writer; callers give up before that.
constexpr std::chrono::milliseconds kWriteTimeout{10'000};
constexpr std::uint64_t kPageBytes = 4096;  // SQLite's default page

class StoreImpl final : public Store {
 public:
  StoreImpl(const StoreOptions& options, const Clock& clock, Metrics& metrics,
            std::unique_ptr<DirectoryLock> lock, std::unique_ptr<Database> database,
            std::unique_ptr<Readers> readers)
      : options_(options),
        clock_(clock),
        lock_(std::move(lock)),
        products_(rows(metrics, "products")),
        answers_(rows(metrics, "answers")),
        events_(rows(metrics, "events")),
        readers_(std::move(readers)),
        writer_(std::move(database), metrics) {
    if (const auto now = state()) show(*now);
  }

  Result<CatalogState> state() override {
    return noted(readers_->read([](Database& database) { return readState(database); }));
  }

  Result<std::string> page(RecordKind kind, const PageRequest& request) override {
    return noted(
        readers_->read([&](Database& database) { return readPage(database, kind, request); }));
  }

  Result<std::string> record(RecordKind kind, const std::string& id) override {
    return noted(
        readers_->read([&](Database& database) { return readRecord(database, kind, id); }));
  }

  Result<std::string> eventPage(std::uint64_t after, int limit) override {
    return noted(
        readers_->read([&](Database& database) { return readEventPage(database, after, limit); }));
  }

  Result<std::string> session(const std::string& id) override {
    return noted(readers_->read([&](Database& database) { return readSession(database, id); }));
  }

  Status addEvents(std::vector<catalog::Event> events) override {
    const auto keep = options_.keepEvents;
    return noted(writer_.write(
        [this, keep, events = std::move(events)](Database& database) -> Status {
          const auto fresh = appendEvents(database, events);
          if (!fresh) return fresh.error();
          if (*fresh > 0) {
            if (const Status trimmed = trimEvents(database, keep); !trimmed) return trimmed;
          }
          if (const auto now = readState(database)) show(*now);
          return ok();
        },
        kWriteTimeout));
  }

  Status addTurns(const std::string& session, std::vector<Turn> turns) override {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(clock_.wallNow().time_since_epoch())
            .count();
    const auto keep = options_.keepSessions;
    return noted(writer_.write(
        [session, now, keep, turns = std::move(turns)](Database& database) {
          return appendTurns(database, session, turns, now, keep);
        },
        kWriteTimeout));
  }

  Result<CatalogState> merge(const Staging& staging, MergeOrder order) override {
    order.now = toRfc3339(clock_.wallNow());
    Result<CatalogState> merged = Error(ErrorCode::Internal, "the merge did not run");
    const Status done = noted(writer_.writeAlone([&](Database& database) -> Status {
      merged = mergeAttached(database, staging.path(), order);
      return merged ? ok() : Status(merged.error());
    }));
    if (!done) return done.error();
    show(*merged);
    return merged;
  }

  std::string damage() const override {
    std::lock_guard lock(damageMutex_);
    return damage_;
  }

 private:
  static prometheus::Gauge& rows(Metrics& metrics, const char* table) {
    return metrics.gauge("knowledge_rows", "Rows by table.", {{"table", table}});
  }

  void show(const CatalogState& state) {
    products_.Set(static_cast<double>(state.products));
    answers_.Set(static_cast<double>(state.answers));
    events_.Set(static_cast<double>(state.events));
  }

  // Remembers damage, for readiness; passes the result on.
  template <class T>
  Result<T> noted(Result<T> result) {
    if (!result && result.error().code() == ErrorCode::Corrupt) {
      std::lock_guard lock(damageMutex_);
      if (damage_.empty()) log::error("the store is damaged", result.error());
      damage_ = result.error().message();
    }
    return result;
  }

  Result<CatalogState> mergeAttached(Database& database, const std::string& path,
                                     const MergeOrder& order) {
    // Outside a transaction, as ATTACH wants it.
    if (const auto attached = database.run("ATTACH ?1 AS staging", path); !attached) {
      return attached.error();
    }
    auto merged = mergeInTransaction(database, order);
    if (database.inTransaction()) (void)database.script("ROLLBACK");
    if (const Status detached = database.script("DETACH staging"); !detached) {
      log::warn("staging cannot be detached", detached.error());
    }
    // An import leaves a long log behind; readers at work may make this a partial success.
    if (merged) (void)database.text("PRAGMA wal_checkpoint(TRUNCATE)");
    return merged;
  }

  Result<CatalogState> mergeInTransaction(Database& database, const MergeOrder& order) const {
    if (const Status begun = database.script("BEGIN IMMEDIATE"); !begun) return begun.error();
    auto merged = mergeStaged(database, order);
    if (!merged) return merged;
    if (const Status trimmed = trimEvents(database, options_.keepEvents); !trimmed) {
      return trimmed.error();
    }
    merged = readState(database);
    if (!merged) return merged;
    if (const Status done = database.script("COMMIT"); !done) return done.error();
    return merged;
  }

  const StoreOptions options_;
  const Clock& clock_;
  const std::unique_ptr<DirectoryLock> lock_;
  prometheus::Gauge &products_, &answers_, &events_;
  mutable std::mutex damageMutex_;
  std::string damage_;
  const std::unique_ptr<Readers> readers_;
  Writer writer_;
};

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options, const Clock& clock,
                                           Metrics& metrics) {
  auto lock = DirectoryLock::take(options.directory);
  if (!lock) return lock.error();
  const std::string path = (std::filesystem::path(options.directory) / "knowledge.db").string();
  auto database = openForWriting(path, options.checkUpTo);
  if (!database) return database.error();
  if (options.maxBytes > 0) {
    const Status limited = (*database)->script("PRAGMA max_page_count=" +
                                               std::to_string(options.maxBytes / kPageBytes));
    if (!limited) return limited.error();
  }
  auto readers = Readers::open(path, options.readers);
  if (!readers) return readers.error();
  return std::unique_ptr<Store>(std::make_unique<StoreImpl>(
      options, clock, metrics, std::move(*lock), std::move(*database), std::move(*readers)));
}

}  // namespace shopkeeper::knowledge
