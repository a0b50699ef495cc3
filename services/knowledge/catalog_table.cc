#include "services/knowledge/catalog_table.h"

#include <nlohmann/json.hpp>

#include "services/catalog/digest.h"

namespace shopkeeper::knowledge {
namespace {

constexpr std::size_t kPageBytes = 4u << 20;  // a page ends early rather than grow beyond

const char* tableOf(RecordKind kind) {
  return kind == RecordKind::Product ? "products" : "answers";
}

std::string jsonText(std::string_view text) { return nlohmann::json(text).dump(); }

// Changed rows of one table.
Result<std::int64_t> mergeTable(Database& database, RecordKind kind, ImportMode mode) {
  const std::string table = tableOf(kind);
  std::int64_t changed = 0;
  if (mode == ImportMode::Replace) {
    const auto removed = database.run("DELETE FROM main." + table +
                                      " WHERE id NOT IN (SELECT id FROM staging." + table + ")");
    if (!removed) return removed;
    changed += *removed;
  }
  // "WHERE true" tells the parser that ON belongs to the upsert.
  const auto written = database.run(
      "INSERT INTO main." + table + "(id, body) SELECT id, body FROM staging." + table +
      " WHERE true ORDER BY id"
      " ON CONFLICT(id) DO UPDATE SET body=excluded.body WHERE body<>excluded.body");
  if (!written) return written;
  return changed + *written;
}

Result<std::int64_t> countRows(Database& database, const char* table) {
  const auto count = database.integer("SELECT count(*) FROM main." + std::string(table));
  if (!count) return count.error();
  return count->value_or(0);
}

}  // namespace

Result<CatalogState> readState(Database& database) {
  auto row =
      database.query("SELECT version, imported_at, products, answers, events, declared FROM state");
  if (!row) return row.error();
  const auto found = row->step();
  if (!found) return found.error();
  if (!*found) return Error(ErrorCode::Corrupt, "the store has lost its state row");
  CatalogState state;
  state.version = row->text(0);
  state.importedAt = row->text(1);
  state.products = row->integer(2);
  state.answers = row->integer(3);
  state.events = row->integer(4);
  state.declared = row->text(5);
  return state;
}

Result<std::string> readPage(Database& database, RecordKind kind, const PageRequest& request) {
  const auto state = readState(database);
  if (!state) return state.error();
  if (!request.version.empty() && request.version != state->version) {
    return Error(ErrorCode::Gone, "catalogue version \"" + request.version +
                                      "\" was replaced by \"" + state->version +
                                      "\": read from the start");
  }
  auto rows = database.query(
      "SELECT id, body FROM " + std::string(tableOf(kind)) + " WHERE id > ?1 ORDER BY id LIMIT ?2",
      request.after, request.limit + 1);
  if (!rows) return rows.error();
  std::string page = "{\"version\":" + jsonText(state->version) + ",\"items\":[";
  std::string last;
  int count = 0;
  while (true) {
    const auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return page + "],\"next\":null}";
    if (count == request.limit || page.size() >= kPageBytes) break;
    if (count++ > 0) page += ',';
    last = rows->text(0);
    page += rows->text(1);
  }
  return page + "],\"next\":" + jsonText(last) + "}";
}

Result<std::string> readRecord(Database& database, RecordKind kind, const std::string& id) {
  const auto body =
      database.text("SELECT body FROM " + std::string(tableOf(kind)) + " WHERE id = ?1", id);
  if (!body) return body.error();
  if (*body) return **body;
  return Error(ErrorCode::NotFound,
               std::string(kind == RecordKind::Product ? "product" : "answer") + " \"" + id +
                   "\" is not in the catalogue");
}

Result<CatalogState> mergeStaged(Database& database, const MergeOrder& order) {
  auto state = readState(database);
  if (!state) return state;
  std::int64_t changed = 0;
  for (const RecordKind kind : {RecordKind::Product, RecordKind::Answer}) {
    const auto rows = mergeTable(database, kind, order.mode);
    if (!rows) return rows.error();
    changed += *rows;
    const auto total = countRows(database, tableOf(kind));
    if (!total) return total.error();
    (kind == RecordKind::Product ? state->products : state->answers) = *total;
  }
  // Columns named, so that both sides may grow; ON CONFLICT: an event id counts once, for ever.
  const auto events = database.run(
      "INSERT INTO main.events(id, type, user, session, product, at)"
      " SELECT id, type, user, session, product, at FROM staging.events WHERE true ORDER BY n"
      " ON CONFLICT DO NOTHING");
  if (!events) return events.error();
  state->events += *events;
  if (changed > 0 || state->version.empty()) {
    const auto number = database.integer("SELECT number + 1 FROM state");
    if (!number) return number.error();
    catalog::Sha256 digest;
    digest.add(state->version + "\n" + order.contentHash);
    state->version = std::to_string(number->value_or(1)) + "-" + digest.hex().substr(0, 12);
  }
  state->importedAt = order.now;
  if (!order.declared.empty()) state->declared = order.declared;
  const auto saved = database.run(
      "UPDATE state SET number = number + ?1, version = ?2, imported_at = ?3, products = ?4,"
      " answers = ?5, events = ?6, declared = ?7",
      changed > 0 ? 1 : 0, state->version, state->importedAt, state->products, state->answers,
      state->events, state->declared);
  if (!saved) return saved.error();
  return state;
}

}  // namespace shopkeeper::knowledge
