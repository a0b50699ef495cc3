// The store of record: products, answers, events and dialogue sessions in one SQLite file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/metrics.h"
#include "common/result.h"
#include "services/catalog/model.h"
#include "services/knowledge/catalog_table.h"
#include "services/knowledge/session_table.h"

namespace shopkeeper::knowledge {

class Staging;

struct StoreOptions {
  std::string directory;                // knowledge.db and its companions
  std::int64_t keepEvents = 2'000'000;  // older ones are dropped
  std::int64_t keepSessions = 100'000;  // those used last
  int readers = 4;                      // connections for reading
  // Integrity is checked at start where the file is no larger (about 0.5 s per 100 MB).
  std::uint64_t checkUpTo = 256u << 20;
  std::uint64_t maxBytes = 0;  // of the database file; 0: what the disk holds
};

// Thread-safe. Reads see one moment each and never wait for writes. A write that returned is on
// disk: write-ahead log, synchronous=FULL, one fsync for all writes that waited together.
//
// Errors: NotFound, Gone (see the tables' headers), InvalidArgument; TooManyRequests where too many
// wait; Unavailable where the disk is full or the file locked; Corrupt where the file is damaged.
class Store {
 public:
  // Opens or creates the store. Nothing is ever created over existing data: a damaged file, one
  // that belongs to another program or one that another process holds is refused with a sentence.
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options, const Clock& clock,
                                             Metrics& metrics);
  virtual ~Store() = default;

  virtual Result<CatalogState> state() = 0;
  virtual Result<std::string> page(RecordKind kind, const PageRequest& request) = 0;
  virtual Result<std::string> record(RecordKind kind, const std::string& id) = 0;
  virtual Result<std::string> eventPage(std::uint64_t after, int limit) = 0;
  virtual Result<std::string> session(const std::string& id) = 0;

  virtual Status addEvents(std::vector<catalog::Event> events) = 0;
  virtual Status addTurns(const std::string& session, std::vector<Turn> turns) = 0;

  // Takes over what `staging` (finished) holds, in one transaction: all of it or nothing.
  virtual Result<CatalogState> merge(const Staging& staging, MergeOrder order) = 0;

  // Where the database turned out damaged while running: what was found; empty otherwise.
  virtual std::string damage() const = 0;
};

}  // namespace shopkeeper::knowledge
