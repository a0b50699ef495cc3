// Products, answers and the catalogue's version in SQL. All functions run inside the caller's
// transaction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"
#include "services/knowledge/sqlite.h"

namespace shopkeeper::knowledge {

struct CatalogState {
  std::string version;  // empty: nothing was ever imported
  std::string importedAt;
  std::int64_t products = 0, answers = 0, events = 0;
  std::string declared;
};

enum class RecordKind { Product, Answer };

struct PageRequest {
  std::string after;  // ids greater than this
  int limit = 500;
  std::string version;  // refuse any other with Gone; empty: take what there is
};

enum class ImportMode { Replace, Merge };

Result<CatalogState> readState(Database& database);

// {"version","items":[...],"next"}: at most `limit` records and a few megabytes.
Result<std::string> readPage(Database& database, RecordKind kind, const PageRequest& request);

// The record as JSON; NotFound where there is none.
Result<std::string> readRecord(Database& database, RecordKind kind, const std::string& id);

struct MergeOrder {
  ImportMode mode = ImportMode::Replace;
  std::string contentHash;  // of what was imported; flows into the version
  std::string declared;     // recorded where not empty
  std::string now;          // RFC 3339
};

// Takes the records of the attached database "staging" over (see staging.h) and gives the
// catalogue a new version, if products or answers are other than before. Rows that stay the same
// are not written.
Result<CatalogState> mergeStaged(Database& database, const MergeOrder& order);

}  // namespace shopkeeper::knowledge
