#include "services/knowledge/store_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "services/knowledge/schema.h"

namespace shopkeeper::knowledge {
namespace {

namespace fs = std::filesystem;

// Long enough for a backup that reads, short enough to say something.
constexpr std::chrono::milliseconds kBusyTimeout{5'000};

std::uint64_t sizeOf(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : size;
}

// Tells people what to do about it; the store itself never touches a damaged file.
Error withAdvice(const Error& error, const std::string& path) {
  if (error.code() != ErrorCode::Corrupt) return error;
  return Error(ErrorCode::Corrupt,
               error.message() + "; it was left as it is: restore it from a backup, or move \"" +
                   path + "\" away to start with an empty store");
}

}  // namespace

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::take(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (!fs::is_directory(directory)) {
    return Error(ErrorCode::PermissionDenied,
                 "data directory \"" + directory + "\" does not exist and cannot be created: " +
                     (error ? error.message() : "something else has its name"));
  }
  const std::string path = (fs::path(directory) / "knowledge.lock").string();
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) {
    return Error(
        ErrorCode::PermissionDenied,
        "data directory \"" + directory + "\" cannot be written to: " + std::strerror(errno));
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return Error(ErrorCode::Unavailable,
                 "data directory \"" + directory + "\" is in use by another knowledge service");
  }
  return std::unique_ptr<DirectoryLock>(new DirectoryLock(fd));
}

DirectoryLock::~DirectoryLock() { ::close(fd_); }

Result<std::unique_ptr<Database>> openForWriting(const std::string& path, std::uint64_t checkUpTo) {
  // SQLite would silently start anew here, and throw the log away.
  if (!fs::exists(path) && sizeOf(path + "-wal") > 0) {
    return withAdvice(Error(ErrorCode::Corrupt,
                            "database \"" + path + "\" is missing beside its write-ahead log"),
                      path + "-wal");
  }
  auto database = Database::open(path, Database::Mode::ReadWrite, kBusyTimeout);
  if (!database) return withAdvice(database.error(), path);
  Status done = configureWriter(**database);
  if (done && sizeOf(path) <= checkUpTo) done = quickCheck(**database);
  if (done) done = migrate(**database);
  if (!done) return withAdvice(done.error(), path);
  return database;
}

}  // namespace shopkeeper::knowledge
