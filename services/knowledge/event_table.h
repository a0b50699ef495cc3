// Behaviour events in SQL, append-only. All functions run inside the caller's transaction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "services/catalog/model.h"
#include "services/knowledge/sqlite.h"

namespace shopkeeper::knowledge {

// Appends those whose id was not seen before; returns how many were.
Result<std::int64_t> appendEvents(Database& database, const std::vector<catalog::Event>& events);

// Drops the oldest so that at most `keep` stay.
Status trimEvents(Database& database, std::int64_t keep);

// {"items":[...],"next":SEQ|null}. Gone where `after` lies beyond the last event ever given: the
// store was restored from a backup, and the reader has to start over.
Result<std::string> readEventPage(Database& database, std::uint64_t after, int limit);

}  // namespace shopkeeper::knowledge
