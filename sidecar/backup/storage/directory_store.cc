#include "sidecar/backup/storage/directory_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <memory>

#include "sidecar/backup/storage/object_key.h"

namespace shopkeeper::backup {
namespace {

constexpr char kTemporaries[] = ".tmp";
constexpr std::time_t kAbandonedAfter = 24 * 3600;  // no put takes that long

std::string parentOf(const std::string& key) {
  const auto slash = key.rfind('/');
  return slash == std::string::npos ? "." : key.substr(0, slash);
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

Directory openDirectory(int root, const std::string& name) {
  const int fd = ::openat(root, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return nullptr;
  DIR* directory = ::fdopendir(fd);
  if (directory == nullptr) ::close(fd);
  return Directory(directory);
}

// Takes a temporary file away unless it became the object.
class Temporary {
 public:
  Temporary(int root, std::string name) : root_(root), name_(std::move(name)) {}
  ~Temporary() {
    if (!name_.empty()) ::unlinkat(root_, name_.c_str(), 0);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  const std::string& name() const { return name_; }

 private:
  const int root_;
  const std::string name_;
};

}  // namespace

Result<std::unique_ptr<DirectoryStore>> DirectoryStore::open(const std::string& path,
                                                             Random& random) {
  Descriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid() && errno == ENOENT) {
    return Error(ErrorCode::NotFound,
                 "the backup directory " + path + " does not exist: is its volume mounted?");
  }
  if (!root.valid()) return fileError("open the backup directory " + path, errno);
  std::unique_ptr<DirectoryStore> store(new DirectoryStore(path, std::move(root), random));
  store->sweepTemporaries();
  return store;
}

bool DirectoryStore::vanished() const {
  struct stat now{};
  return ::fstat(root_.get(), &now) != 0 || now.st_nlink == 0;
}

Error DirectoryStore::failed(const std::string& doing, const std::string& key, int why) const {
  if (why == ENOENT && vanished()) {
    return Error(ErrorCode::Unavailable,
                 "cannot " + doing + " " + fullPath(key) + ": the backup directory is gone", false);
  }
  return fileError(doing + " " + fullPath(key), why);
}

Status DirectoryStore::syncDirectory(const std::string& key) {
  const Descriptor directory(
      ::openat(root_.get(), key.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid() || ::fsync(directory.get()) != 0) return failed("sync", key, errno);
  return ok();
}

Status DirectoryStore::makeDirectories(const std::string& key) {
  const std::lock_guard lock(making_);
  if (const Status made = makeDirectory(kTemporaries); !made) return made;
  return makeDirectory(parentOf(key));
}

// Makes `key` a directory, with its parents; each new entry is made durable in its parent.
Status DirectoryStore::makeDirectory(const std::string& key) {
  if (key == ".") return ok();
  if (::mkdirat(root_.get(), key.c_str(), 0700) == 0) return syncDirectory(parentOf(key));
  if (errno == EEXIST) return ok();
  if (errno != ENOENT || vanished()) return failed("create directory", key, errno);
  if (const Status made = makeDirectory(parentOf(key)); !made) return made;
  if (::mkdirat(root_.get(), key.c_str(), 0700) != 0 && errno != EEXIST) {
    return failed("create directory", key, errno);
  }
  return syncDirectory(parentOf(key));
}

Status DirectoryStore::put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) {
  if (const Status right = checkKey(key); !right) return right;
  if (const Status made = makeDirectories(key); !made) return made;
  const Temporary temporary(root_.get(), std::string(kTemporaries) + "/" + randomHex(random_, 12));
  {
    const Descriptor file(::openat(root_.get(), temporary.name().c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.valid()) return failed("create", temporary.name(), errno);
    if (const int why = writeAll(file.get(), bytes); why != 0) return failed("write", key, why);
    if (::fsync(file.get()) != 0) return failed("write", key, errno);
  }
  return publish(temporary.name(), key, mode);
}

Status DirectoryStore::publish(const std::string& temporary, const std::string& key, PutMode mode) {
  const int root = root_.get();
  if (mode == PutMode::Replace) {
    if (::renameat(root, temporary.c_str(), root, key.c_str()) != 0) {
      return failed("write", key, errno);
    }
    return syncDirectory(parentOf(key));
  }
  // Where the file system cannot rename without replacing (NFS), a hard link does the same.
  int why =
      ::renameat2(root, temporary.c_str(), root, key.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
  if (why == EINVAL || why == ENOSYS) {
    why = ::linkat(root, temporary.c_str(), root, key.c_str(), 0) == 0 ? 0 : errno;
  }
  if (why == EEXIST) {
    return Error(ErrorCode::AlreadyExists, fullPath(key) + " exists already");
  }
  if (why != 0) return failed("write", key, why);
  return syncDirectory(parentOf(key));
}

Result<Bytes> DirectoryStore::get(const std::string& key, std::uint64_t offset,
                                  std::uint64_t length) {
  if (const Status right = checkKey(key); !right) return right.error();
  const Descriptor file(::openat(root_.get(), key.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return failed("read", key, errno);
  struct stat about{};
  if (::fstat(file.get(), &about) != 0) return failed("read", key, errno);
  if (!S_ISREG(about.st_mode)) return failed("read", key, ENOENT);
  const auto size = static_cast<std::uint64_t>(about.st_size);
  const std::uint64_t wanted = length != 0 ? length : size - std::min(size, offset);
  if (offset > size || wanted > size - offset) {
    return Error(ErrorCode::Corrupt, fullPath(key) + " has " + std::to_string(size) +
                                         " bytes, wanted were " + std::to_string(wanted) +
                                         " from " + std::to_string(offset));
  }
  Bytes bytes(wanted);
  const std::int64_t got = readAt(file.get(), offset, bytes);
  if (got < 0) return failed("read", key, static_cast<int>(-got));
  if (static_cast<std::uint64_t>(got) != wanted) {
    return Error(ErrorCode::Corrupt, fullPath(key) + " shrank while it was read");
  }
  return bytes;
}

Result<std::vector<StoredObject>> DirectoryStore::list(const std::string& prefix) {
  if (const Status right = checkPrefix(prefix); !right) return right.error();
  if (vanished()) return failed("list", prefix, ENOENT);
  std::vector<StoredObject> found;
  const auto slash = prefix.rfind('/');
  const std::string from = slash == std::string::npos ? "" : prefix.substr(0, slash);
  if (const Status walked = walk(from, prefix, found); !walked) return walked.error();
  std::sort(found.begin(), found.end(),
            [](const auto& left, const auto& right) { return left.key < right.key; });
  return found;
}

// A directory or file that disappears meanwhile was removed, which the contract allows.
Status DirectoryStore::walk(const std::string& directory, std::string_view prefix,
                            std::vector<StoredObject>& found) {
  const Directory open = openDirectory(root_.get(), directory.empty() ? "." : directory);
  if (open == nullptr) {
    return errno == ENOENT || errno == ENOTDIR ? ok() : failed("list", directory, errno);
  }
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(open.get());
    if (entry == nullptr) return errno == 0 ? ok() : failed("list", directory, errno);
    const std::string name = entry->d_name;
    if (name.starts_with('.')) continue;
    const std::string key = directory.empty() ? name : directory + "/" + name;
    const bool within = std::string_view(key).starts_with(prefix);
    struct stat about{};
    if (::fstatat(root_.get(), key.c_str(), &about, 0) != 0) {
      if (errno == ENOENT) continue;
      return failed("list", key, errno);
    }
    if (S_ISDIR(about.st_mode)) {
      if (!within && !prefix.starts_with(key + "/")) continue;
      if (const Status walked = walk(key, prefix, found); !walked) return walked;
    } else if (S_ISREG(about.st_mode) && within && checkKey(key)) {
      found.push_back({key, static_cast<std::uint64_t>(about.st_size)});
    }
  }
}

Result<std::uint64_t> DirectoryStore::size(const std::string& key) {
  if (const Status right = checkKey(key); !right) return right.error();
  struct stat about{};
  if (::fstatat(root_.get(), key.c_str(), &about, 0) != 0) return failed("look at", key, errno);
  if (!S_ISREG(about.st_mode)) return failed("look at", key, ENOENT);
  return static_cast<std::uint64_t>(about.st_size);
}

Status DirectoryStore::remove(const std::string& key) {
  if (const Status right = checkKey(key); !right) return right;
  if (::unlinkat(root_.get(), key.c_str(), 0) != 0) {
    if ((errno == ENOENT || errno == ENOTDIR || errno == EISDIR) && !vanished()) return ok();
    return failed("remove", key, errno);
  }
  return syncDirectory(parentOf(key));
}

// What cannot be swept is only untidy, so nothing is said about it.
void DirectoryStore::sweepTemporaries() {
  const Directory open = openDirectory(root_.get(), kTemporaries);
  if (open == nullptr) return;
  const std::time_t now = std::time(nullptr);
  while (const dirent* entry = ::readdir(open.get())) {
    struct stat about{};
    if (::fstatat(::dirfd(open.get()), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(about.st_mode) || now - about.st_mtime < kAbandonedAfter) continue;
    ::unlinkat(::dirfd(open.get()), entry->d_name, 0);
  }
}

}  // namespace shopkeeper::backup
