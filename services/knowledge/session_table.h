// Dialogue sessions in SQL. All functions run inside the caller's transaction.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/result.h"
#include "services/knowledge/sqlite.h"

namespace shopkeeper::knowledge {

struct Turn {
  std::string role;  // "user" or "assistant"
  std::string text;
  std::string at;  // RFC 3339, UTC
};

inline constexpr int kTurnsPerSession = 500;  // older ones are dropped

Result<Turn> parseTurn(const nlohmann::json& json);

// Appends turns; one that is there already (same role, text and time: a repeated request) is
// skipped. `now` in Unix seconds. Keeps the `keepSessions` sessions used last.
Status appendTurns(Database& database, const std::string& session, const std::vector<Turn>& turns,
                   std::int64_t now, std::int64_t keepSessions);

// {"id","turns":[...]}; NotFound where there is no such session.
Result<std::string> readSession(Database& database, const std::string& session);

}  // namespace shopkeeper::knowledge
