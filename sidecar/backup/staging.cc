#include "sidecar/backup/staging.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "sidecar/backup/file_metadata.h"
#include "sidecar/backup/storage/posix_file.h"

namespace shopkeeper::backup {
namespace {

Error publishError(const std::string& target, int why) {
  if (why == EBUSY || why == EXDEV) {
    return Error(ErrorCode::InvalidArgument,
                 "cannot replace " + target + ": a mount point; restore to a directory in it");
  }
  return fileError("put the restored files at " + target, why);
}

// "data.before-2026-11-25T10-00-00Z"
std::string keptName(const std::string& target, const Clock& clock) {
  std::string time = toRfc3339Seconds(clock.wallNow());
  for (char& c : time) {
    if (c == ':') c = '-';
  }
  return target + ".before-" + time;
}

}  // namespace

Result<bool> isVacant(const std::string& path) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return true;
    return fileError("look at " + path, errno);
  }
  if (!S_ISDIR(status.st_mode)) return false;
  auto names = listDirectory(path);
  if (!names) return names.error();
  return names->empty();
}

Result<Staging> Staging::beside(const std::string& target, Random& random) {
  std::string whole = target;
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  const std::size_t slash = whole.rfind('/');
  const std::string parent = slash == std::string::npos ? "."
                             : slash == 0               ? "/"
                                                        : whole.substr(0, slash);
  const std::string name = slash == std::string::npos ? whole : whole.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") {
    return Error(ErrorCode::InvalidArgument, "\"" + target + "\" is no place for a restore");
  }
  auto status = statusOf(parent);
  if (!status) return status.error();
  return Staging(parent, whole,
                 (parent == "/" ? "" : parent) + "/." + name + ".restore-" + randomHex(random, 6));
}

Staging::Staging(Staging&& other) noexcept
    : parent_(std::move(other.parent_)),
      target_(std::move(other.target_)),
      path_(std::move(other.path_)),
      published_(std::exchange(other.published_, true)) {}

Staging::~Staging() {
  std::error_code ignored;  // what is left is only in the way of nobody
  if (!published_) std::filesystem::remove_all(path_, ignored);
}

Result<std::string> Staging::publish(bool replace, const Clock& clock) {
  const Descriptor parent(::open(parent_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // One call makes all files durable that were written.
  if (!parent.valid() || ::syncfs(parent.get()) != 0) {
    return fileError("make the restored files in " + parent_ + " durable", errno);
  }
  auto vacant = isVacant(target_);
  if (!vacant) return vacant.error();
  std::string kept;
  if (*vacant) {
    // A file cannot take an empty directory's place.
    struct stat status;
    if (::lstat(path_.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)) ::rmdir(target_.c_str());
    if (::rename(path_.c_str(), target_.c_str()) != 0) return publishError(target_, errno);
  } else if (!replace) {
    return Error(ErrorCode::AlreadyExists, "there is something at " + target_);
  } else {
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0) {
      return publishError(target_, errno);
    }
    kept = keptName(target_, clock);
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, kept.c_str(), RENAME_NOREPLACE) != 0) {
      kept = path_;
    }
  }
  published_ = true;
  if (::fsync(parent.get()) != 0) return fileError("make " + target_ + " durable", errno);
  return kept;
}

}  // namespace shopkeeper::backup
