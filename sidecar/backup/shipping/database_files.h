// A SQLite database of another process, with its log: held so that nothing in the log is
// overwritten unseen, read without disturbing its owner.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "sidecar/backup/shipping/wal_format.h"
#include "sidecar/backup/storage/object_store.h"
#include "sidecar/backup/storage/posix_file.h"

struct sqlite3;

namespace shopkeeper::backup {

// While a pin (a read transaction) is held, SQLite neither overwrites what was committed to the log
// after it began, nor copies it into the database file; and it overwrites what came before only
// where the pin found all of that in the database file, at most once. So pins that overlap, each
// released only after what the next one saw was collected, let nothing be missed.
//
// Locks of files belong to processes, and go when the process closes any descriptor of the file:
// within the process nobody else may open the database, and an object here lives as long as all its
// connections. Not thread-safe, but index().
class DatabaseFiles {
 public:
  // NotFound, Unavailable (being written, locked exclusively), InvalidArgument (not in WAL mode).
  static Result<std::unique_ptr<DatabaseFiles>> open(const std::string& path);
  ~DatabaseFiles();
  DatabaseFiles(const DatabaseFiles&) = delete;
  DatabaseFiles& operator=(const DatabaseFiles&) = delete;

  // Its path leads to another file now, or to none.
  bool replaced() const;

  // What is committed right now. Thread-safe.
  Result<LogIndex> index() const;
  Result<Bytes> readLog(std::uint64_t offset, std::uint64_t length) const;
  Result<Bytes> readDatabase(std::uint64_t offset, std::uint64_t length) const;
  Result<std::uint64_t> databaseSize() const;

  // A second pin beside the first. At most two at a time.
  Status pinAgain();
  void releaseOlder();
  void releaseNewer();
  // The pin of a base copy, which may be held long.
  Status pinBase();
  void releaseBase();

  // Keeps writers out, for milliseconds only; Unavailable where they leave no gap so long.
  Status lockWriters(Duration patience);
  void unlockWriters();
  // Copies from the log into the database file what pins allow. Not while there are two pins.
  Status checkpoint();

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  using Connection = std::unique_ptr<sqlite3, Close>;

  explicit DatabaseFiles(std::string path) : path_(std::move(path)) {}
  Result<Connection> connect() const;
  Status run(const Connection& connection, const char* sql) const;
  Status begin(const Connection& connection) const;

  const std::string path_;
  // Before the connections: descriptors are closed after them.
  Descriptor database_, log_, index_;
  Connection older_, newer_, base_, writer_;
  bool olderHeld_ = false, newerHeld_ = false, baseHeld_ = false;
};

}  // namespace shopkeeper::backup
