#include "services/knowledge/event_table.h"

#include <nlohmann/json.hpp>

namespace shopkeeper::knowledge {

Result<std::int64_t> appendEvents(Database& database, const std::vector<catalog::Event>& events) {
  std::int64_t fresh = 0;
  for (const catalog::Event& event : events) {
    const auto added = database.run(
        "INSERT INTO events(id, type, user, session, product, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        " ON CONFLICT DO NOTHING",
        event.id, catalog::toString(event.type), event.user, event.session, event.product,
        event.at);
    if (!added) return added;
    fresh += *added;
  }
  if (fresh == 0) return fresh;
  const auto counted = database.run("UPDATE state SET events = events + ?1", fresh);
  if (!counted) return counted.error();
  return fresh;
}

Status trimEvents(Database& database, std::int64_t keep) {
  const auto count = database.integer("SELECT events FROM state");
  if (!count) return count.error();
  const std::int64_t surplus = count->value_or(0) - keep;
  if (surplus <= 0) return ok();
  const auto removed = database.run(
      "DELETE FROM events WHERE seq IN (SELECT seq FROM events ORDER BY seq LIMIT ?1)", surplus);
  if (!removed) return removed.error();
  const auto counted = database.run("UPDATE state SET events = events - ?1", *removed);
  return counted ? ok() : Status(counted.error());
}

Result<std::string> readEventPage(Database& database, std::uint64_t after, int limit) {
  const auto last = database.integer("SELECT seq FROM sqlite_sequence WHERE name = 'events'");
  if (!last) return last.error();
  if (after > static_cast<std::uint64_t>(last->value_or(0))) {
    return Error(ErrorCode::Gone, "no event has reached number " + std::to_string(after) +
                                      ": the store was restored, read from the start");
  }
  auto rows = database.query(
      "SELECT seq, id, type, user, session, product, at FROM events WHERE seq > ?1"
      " ORDER BY seq LIMIT ?2",
      after, limit + 1);
  if (!rows) return rows.error();
  std::string page = "{\"items\":[";
  std::int64_t seq = 0;
  for (int count = 0;; ++count) {
    const auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return page + "],\"next\":null}";
    if (count == limit) return page + "],\"next\":" + std::to_string(seq) + "}";
    seq = rows->integer(0);
    if (count > 0) page += ',';
    page += nlohmann::json{{"seq", seq},
                           {"kind", "event"},
                           {"id", rows->text(1)},
                           {"type", rows->text(2)},
                           {"user", rows->text(3)},
                           {"session", rows->text(4)},
                           {"product", rows->text(5)},
                           {"at", rows->text(6)}}
                .dump();
  }
}

}  // namespace shopkeeper::knowledge
