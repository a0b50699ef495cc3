#include "sidecar/backup/shipping/database_files.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

namespace shopkeeper::backup {
namespace {

Error errorOf(sqlite3* connection, int code, const std::string& path) {
  const std::string why = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  const std::string message = "database " + path + ": " + why;
  switch (code & 0xff) {
    case SQLITE_CANTOPEN:
      return Error(
          ::access(path.c_str(), F_OK) == 0 ? ErrorCode::PermissionDenied : ErrorCode::NotFound,
          message);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Error(ErrorCode::PermissionDenied, message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error(ErrorCode::Corrupt, message);
    default:
      return Error(ErrorCode::Unavailable, message);
  }
}

Result<Descriptor> openFile(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return fileError("read " + path, errno);
  return file;
}

bool sameFile(const Descriptor& open, const std::string& path) {
  struct stat ours{};
  struct stat theirs{};
  return ::fstat(open.get(), &ours) == 0 && ::stat(path.c_str(), &theirs) == 0 &&
         ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

// At most `length` bytes; fewer at the file's end.
Result<Bytes> readFile(const Descriptor& file, const std::string& path, std::uint64_t offset,
                       std::uint64_t length) {
  Bytes bytes(length);
  const std::int64_t got = readAt(file.get(), offset, bytes);
  if (got < 0) return fileError("read " + path, static_cast<int>(-got));
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace

void DatabaseFiles::Close::operator()(sqlite3* connection) const { sqlite3_close(connection); }

Result<DatabaseFiles::Connection> DatabaseFiles::connect() const {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path_.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Connection connection(handle);
  if (code != SQLITE_OK) return errorOf(handle, code, path_);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  if (const Status set = run(connection, "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-64");
      !set) {
    return set.error();
  }
  return connection;
}

Status DatabaseFiles::run(const Connection& connection, const char* sql) const {
  const int code = sqlite3_exec(connection.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? ok() : errorOf(connection.get(), code, path_);
}

// BEGIN alone reads nothing and pins nothing.
Status DatabaseFiles::begin(const Connection& connection) const {
  const Status begun = run(connection, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1");
  if (!begun) (void)run(connection, "ROLLBACK");
  return begun;
}

Result<std::unique_ptr<DatabaseFiles>> DatabaseFiles::open(const std::string& path) {
  std::unique_ptr<DatabaseFiles> files(new DatabaseFiles(path));
  for (Connection* each : {&files->older_, &files->newer_, &files->base_, &files->writer_}) {
    auto connection = files->connect();
    if (!connection) return connection.error();
    *each = std::move(*connection);
  }
  std::string mode;
  const int code = sqlite3_exec(
      files->older_.get(), "PRAGMA journal_mode",
      [](void* into, int, char** values, char**) {
        *static_cast<std::string*>(into) = values[0];
        return 0;
      },
      &mode, nullptr);
  if (code != SQLITE_OK) return errorOf(files->older_.get(), code, path);
  if (mode != "wal") {
    return Error(ErrorCode::InvalidArgument,
                 "database " + path + " has journal mode " + mode +
                     ": only one with a write-ahead log (WAL) can be followed");
  }
  // The first transaction makes the log and its index where they are not there yet.
  if (const Status begun = files->begin(files->older_); !begun) return begun.error();
  files->olderHeld_ = true;
  for (const auto& [suffix, file] : {std::pair<const char*, Descriptor*>("", &files->database_),
                                     {"-wal", &files->log_},
                                     {"-shm", &files->index_}}) {
    auto opened = openFile(path + suffix);
    if (!opened) return opened.error();
    *file = std::move(*opened);
  }
  return files;
}

DatabaseFiles::~DatabaseFiles() {
  for (Connection* each : {&older_, &newer_, &base_, &writer_}) each->reset();
}

bool DatabaseFiles::replaced() const {
  return !sameFile(database_, path_) || !sameFile(log_, path_ + "-wal") ||
         !sameFile(index_, path_ + "-shm");
}

Result<LogIndex> DatabaseFiles::index() const {
  // A commit changes it within microseconds.
  for (int tries = 0; tries < 1000; ++tries) {
    const auto bytes = readFile(index_, path_ + "-shm", 0, kLogIndexBytes);
    if (!bytes) return bytes.error();
    if (const auto index = parseLogIndex(*bytes)) return *index;
    std::this_thread::yield();
  }
  return Error(ErrorCode::Unavailable, "the index of " + path_ + "-wal cannot be read");
}

Result<Bytes> DatabaseFiles::readLog(std::uint64_t offset, std::uint64_t length) const {
  return readFile(log_, path_ + "-wal", offset, length);
}

Result<Bytes> DatabaseFiles::readDatabase(std::uint64_t offset, std::uint64_t length) const {
  return readFile(database_, path_, offset, length);
}

Result<std::uint64_t> DatabaseFiles::databaseSize() const {
  struct stat about{};
  if (::fstat(database_.get(), &about) != 0) return fileError("look at " + path_, errno);
  return static_cast<std::uint64_t>(about.st_size);
}

Status DatabaseFiles::pinAgain() {
  if (const Status begun = begin(newer_); !begun) return begun;
  newerHeld_ = true;
  return ok();
}

void DatabaseFiles::releaseOlder() {
  if (std::exchange(olderHeld_, false)) (void)run(older_, "ROLLBACK");
  std::swap(older_, newer_);
  std::swap(olderHeld_, newerHeld_);
}

void DatabaseFiles::releaseNewer() {
  if (std::exchange(newerHeld_, false)) (void)run(newer_, "ROLLBACK");
}

Status DatabaseFiles::pinBase() {
  const Status begun = begin(base_);
  baseHeld_ = baseHeld_ || begun.has_value();
  return begun;
}

void DatabaseFiles::releaseBase() {
  if (std::exchange(baseHeld_, false)) (void)run(base_, "ROLLBACK");
}

// Writers that follow each other closely leave only microseconds, so waiting is trying.
Status DatabaseFiles::lockWriters(Duration patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  Status done = run(writer_, "BEGIN IMMEDIATE");
  while (!done && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
    done = run(writer_, "BEGIN IMMEDIATE");
  }
  return done;
}
void DatabaseFiles::unlockWriters() { (void)run(writer_, "ROLLBACK"); }

// On the connection that holds no pin.
Status DatabaseFiles::checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(newer_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return code == SQLITE_OK || code == SQLITE_BUSY ? ok() : errorOf(newer_.get(), code, path_);
}

}  // namespace shopkeeper::backup
