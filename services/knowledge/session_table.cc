#include "services/knowledge/session_table.h"

#include <nlohmann/json.hpp>

#include "common/clock.h"
#include "services/catalog/reader.h"

namespace shopkeeper::knowledge {
namespace {

constexpr std::size_t kTextBytes = 16u << 10;

Status trimSessions(Database& database, std::int64_t keep) {
  const auto count = database.integer("SELECT count(*) FROM sessions");
  if (!count) return count.error();
  const std::int64_t surplus = count->value_or(0) - keep;
  if (surplus <= 0) return ok();
  const auto turns = database.run(
      "DELETE FROM turns WHERE session IN (SELECT id FROM sessions ORDER BY updated LIMIT ?1)",
      surplus);
  if (!turns) return turns.error();
  const auto sessions = database.run(
      "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions ORDER BY updated LIMIT ?1)",
      surplus);
  return sessions ? ok() : Status(sessions.error());
}

}  // namespace

Result<Turn> parseTurn(const nlohmann::json& json) {
  Turn turn;
  catalog::Reader reader(json, "turn");
  reader.text("role", turn.role, 20);
  reader.text("text", turn.text, kTextBytes);
  reader.text("at", turn.at, 40);
  if (turn.role != "user" && turn.role != "assistant") reader.fail("role", "user or assistant");
  if (turn.text.empty()) reader.fail("text", "present and not empty");
  WallTime at;
  if (!parseRfc3339(turn.at, at)) {
    reader.fail("at", "an RFC 3339 time, such as 2026-07-01T08:30:00Z");
  }
  if (auto error = reader.error()) return *error;
  return turn;
}

Status appendTurns(Database& database, const std::string& session, const std::vector<Turn>& turns,
                   std::int64_t now, std::int64_t keepSessions) {
  const auto held = database.integer("SELECT turns FROM sessions WHERE id = ?1", session);
  if (!held) return held.error();
  std::int64_t next = held->value_or(0);
  for (const Turn& turn : turns) {
    const auto seen = database.integer(
        "SELECT 1 FROM turns WHERE session = ?1 AND role = ?2 AND at = ?3 AND text = ?4", session,
        turn.role, turn.at, turn.text);
    if (!seen) return seen.error();
    if (*seen) continue;
    const auto added =
        database.run("INSERT INTO turns(session, n, role, text, at) VALUES (?1, ?2, ?3, ?4, ?5)",
                     session, ++next, turn.role, turn.text, turn.at);
    if (!added) return added.error();
  }
  const auto saved = database.run(
      "INSERT INTO sessions(id, updated, turns) VALUES (?1, ?2, ?3)"
      " ON CONFLICT(id) DO UPDATE SET updated = excluded.updated, turns = excluded.turns",
      session, now, next);
  if (!saved) return saved.error();
  const auto dropped = database.run("DELETE FROM turns WHERE session = ?1 AND n <= ?2", session,
                                    next - kTurnsPerSession);
  if (!dropped) return dropped.error();
  return *held ? ok() : trimSessions(database, keepSessions);
}

Result<std::string> readSession(Database& database, const std::string& session) {
  const auto known = database.integer("SELECT 1 FROM sessions WHERE id = ?1", session);
  if (!known) return known.error();
  if (!*known) return Error(ErrorCode::NotFound, "session \"" + session + "\" is not known");
  auto rows =
      database.query("SELECT role, text, at FROM turns WHERE session = ?1 ORDER BY n", session);
  if (!rows) return rows.error();
  nlohmann::json turns = nlohmann::json::array();
  while (true) {
    const auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return nlohmann::json{{"id", session}, {"turns", turns}}.dump();
    turns.push_back({{"role", rows->text(0)}, {"text", rows->text(1)}, {"at", rows->text(2)}});
  }
}

}  // namespace shopkeeper::knowledge
