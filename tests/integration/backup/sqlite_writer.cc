// Moves amounts between accounts that lie on many pages and writes numbered rows to a SQLite
// database in WAL mode, one transaction each, and says when each was begun and when it was
// committed: "N BEGUN_NS COMMITTED_NS". A process of its own, to be killed. Usage: sqlite_writer
// DATABASE ROWS PAUSE_US ROW_BYTES CHECKPOINT_EVERY [AUTOCHECKPOINT]
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

long long now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void run(sqlite3* database, const std::string& sql) {
  char* why = nullptr;
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &why) == SQLITE_OK) return;
  std::fprintf(stderr, "%s: %s\n", sql.c_str(), why);
  std::exit(1);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 6) return 2;
  const long rows = std::atol(arguments[2]);
  const long pause = std::atol(arguments[3]);
  const std::string bytes = arguments[4];
  const long checkpointEvery = std::atol(arguments[5]);
  sqlite3* database = nullptr;
  if (sqlite3_open(arguments[1], &database) != SQLITE_OK) return 1;
  sqlite3_busy_timeout(database, 10'000);
  run(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  run(database, std::string("PRAGMA wal_autocheckpoint=") + (count > 6 ? arguments[6] : "1000"));
  run(database,
      "BEGIN IMMEDIATE;"
      "CREATE TABLE IF NOT EXISTS rows(n INTEGER PRIMARY KEY, begun INTEGER, filler BLOB);"
      "CREATE TABLE IF NOT EXISTS accounts(id INTEGER PRIMARY KEY, amount, changes, filler);"
      "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 499)"
      " INSERT OR IGNORE INTO accounts SELECT n, 0, 0, randomblob(500) FROM n; COMMIT");
  for (long i = 0; i < rows; ++i) {
    const long long begun = now();
    const std::string from = std::to_string(i * 7 % 500);
    const std::string to = std::to_string((i * 13 + 250) % 500);
    run(database,
        "BEGIN IMMEDIATE;"
        "UPDATE accounts SET amount = amount - 5, changes = changes + 1 WHERE id = " +
            from + ";UPDATE accounts SET amount = amount + 5, changes = changes + 1 WHERE id = " +
            to + ";INSERT INTO rows(begun, filler) VALUES (" + std::to_string(begun) +
            ", randomblob(" + bytes + "));COMMIT");
    std::printf("%lld %lld %lld\n", sqlite3_last_insert_rowid(database), begun, now());
    std::fflush(stdout);
    if (checkpointEvery > 0 && i % checkpointEvery == checkpointEvery - 1) {
      static const char* const kModes[] = {"PASSIVE", "FULL", "RESTART", "TRUNCATE"};
      // Busy is no error here: it says so in its row.
      run(database,
          std::string("PRAGMA wal_checkpoint(") + kModes[(i / checkpointEvery) % 4] + ")");
    }
    if (pause > 0) ::usleep(static_cast<useconds_t>(pause));
  }
  sqlite3_close(database);
  return 0;
}
