#include "services/knowledge/staging.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

namespace shopkeeper::knowledge {
namespace {

// Durability is worth nothing here: after a crash the file is thrown away.
constexpr const char* kSetUp = R"sql(
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8192;
CREATE TABLE products(id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL, file TEXT, row INTEGER);
CREATE TABLE answers(id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL, file TEXT, row INTEGER);
CREATE TABLE events(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
  user TEXT NOT NULL, session TEXT NOT NULL, product TEXT NOT NULL, at TEXT NOT NULL,
  file TEXT, row INTEGER);
BEGIN;
)sql";

}  // namespace

Result<std::unique_ptr<Staging>> Staging::create(const std::string& path) {
  std::unique_ptr<Staging> staging(new Staging(path));
  staging->removeFile();
  auto database = Database::open(path, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
  if (!database) return database.error();
  staging->database_ = std::move(*database);
  if (const Status done = staging->database_->script(kSetUp); !done) return done.error();
  return staging;
}

Staging::~Staging() {
  database_.reset();
  removeFile();
}

void Staging::removeFile() const { ::unlink(path_.c_str()); }

void Staging::startFile(std::string name) { file_ = std::move(name); }

Status Staging::add(std::uint64_t row, const catalog::Product& product) {
  return addBody("products", row, product.id, catalog::toJson(product).dump());
}

Status Staging::add(std::uint64_t row, const catalog::Answer& answer) {
  return addBody("answers", row, answer.id, catalog::toJson(answer).dump());
}

Status Staging::addBody(const char* table, std::uint64_t row, const std::string& id,
                        const std::string& body) {
  const auto added = database_->run("INSERT INTO " + std::string(table) +
                                        "(id, body, file, row) VALUES (?1, ?2, ?3, ?4)"
                                        " ON CONFLICT DO NOTHING",
                                    id, body, file_, row);
  if (!added) return added.error();
  return *added == 1 ? ok() : duplicate(table, id);
}

Status Staging::add(std::uint64_t row, const catalog::Event& event) {
  const auto added = database_->run(
      "INSERT INTO events(id, type, user, session, product, at, file, row)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
      event.id, catalog::toString(event.type), event.user, event.session, event.product, event.at,
      file_, row);
  if (!added) return added.error();
  if (*added == 1) return ok();
  const auto same = database_->integer(
      "SELECT 1 FROM events WHERE id = ?1 AND type = ?2 AND user = ?3 AND session = ?4"
      " AND product = ?5 AND at = ?6",
      event.id, catalog::toString(event.type), event.user, event.session, event.product, event.at);
  if (!same) return same.error();
  return *same ? ok() : duplicate("events", event.id);
}

Status Staging::duplicate(const char* table, const std::string& id) {
  auto first =
      database_->query("SELECT file, row FROM " + std::string(table) + " WHERE id = ?1", id);
  if (!first) return first.error();
  const auto found = first->step();
  if (!found) return found.error();
  std::string where = "row " + std::to_string(first->integer(1));
  if (first->text(0) != file_) where += " of " + std::string(first->text(0));
  return Error(ErrorCode::InvalidArgument,
               "id \"" + id + "\" is already taken by " + where + "; ids must be unique");
}

Status Staging::finish() {
  const Status done = database_->script("COMMIT");
  if (!done) return done;
  database_.reset();
  return ok();
}

}  // namespace shopkeeper::knowledge
