#include "services/knowledge/schema.h"

#include <array>

namespace shopkeeper::knowledge {
namespace {

constexpr std::int64_t kApplicationId = 0x53484B50;  // "SHKP", in the file's header

// Never edit a migration that was released: add the next one. `body` is the record as JSON, as it
// is served.
constexpr std::array kMigrations = {
    R"sql(
CREATE TABLE state(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  number INTEGER NOT NULL,       -- imports so far that changed products or answers
  version TEXT NOT NULL,         -- empty: nothing was ever imported
  imported_at TEXT NOT NULL,
  products INTEGER NOT NULL, answers INTEGER NOT NULL, events INTEGER NOT NULL,
  declared TEXT NOT NULL);       -- content hash of the declared catalogue that was imported last
INSERT INTO state VALUES (1, 0, '', '', 0, 0, 0, '');
CREATE TABLE products(id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL);
CREATE TABLE answers(id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL);
CREATE TABLE events(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, not even after deletion
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL, user TEXT NOT NULL, session TEXT NOT NULL,
  product TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE sessions(id TEXT PRIMARY KEY NOT NULL, updated INTEGER NOT NULL, turns INTEGER NOT NULL);
CREATE INDEX sessions_updated ON sessions(updated);
CREATE TABLE turns(
  session TEXT NOT NULL, n INTEGER NOT NULL, role TEXT NOT NULL, text TEXT NOT NULL,
  at TEXT NOT NULL, PRIMARY KEY (session, n)) WITHOUT ROWID;
)sql"};

}  // namespace

Status configureWriter(Database& database) {
  const auto mode = database.text("PRAGMA journal_mode=WAL");
  if (!mode) return mode.error();
  if (mode->value_or("") != "wal") {
    return Error(ErrorCode::Unavailable, "database \"" + database.path() +
                                             "\" cannot use a write-ahead log on this volume: it "
                                             "needs a local file system");
  }
  // 64 MiB: what is left of the log after an import's checkpoint.
  return database.script(
      "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000; PRAGMA trusted_schema=OFF;"
      "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8192");
}

Status configureReader(Database& database) {
  return database.script(
      "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-4096");
}

Status migrate(Database& database) {
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  const auto application = database.integer("PRAGMA application_id");
  if (!application) return application.error();
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const std::int64_t seen = version->value_or(0);
  const std::string file = "database \"" + database.path() + "\" ";
  if (tables->value_or(0) > 0 && application->value_or(0) != kApplicationId) {
    return Error(ErrorCode::InvalidArgument, file + "belongs to another program");
  }
  if (seen > static_cast<std::int64_t>(kMigrations.size())) {
    return Error(ErrorCode::InvalidArgument,
                 file + "has schema " + std::to_string(seen) + ", this program knows up to " +
                     std::to_string(kMigrations.size()) + ": use the newer program");
  }
  for (std::size_t i = static_cast<std::size_t>(seen); i < kMigrations.size(); ++i) {
    const Status done =
        database.script("BEGIN IMMEDIATE;" + std::string(kMigrations[i]) +
                        "PRAGMA application_id=" + std::to_string(kApplicationId) +
                        ";PRAGMA user_version=" + std::to_string(i + 1) + ";COMMIT");
    if (!done) {
      if (database.inTransaction()) (void)database.script("ROLLBACK");
      return done.error().within("migration to schema " + std::to_string(i + 1));
    }
  }
  return ok();
}

Status quickCheck(Database& database) {
  const auto found = database.text("PRAGMA quick_check(1)");
  if (!found) return found.error();
  if (found->value_or("") == "ok") return ok();
  return Error(ErrorCode::Corrupt,
               "database \"" + database.path() + "\" is damaged (" + found->value_or("") + ")");
}

}  // namespace shopkeeper::knowledge
