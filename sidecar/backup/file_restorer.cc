#include "sidecar/backup/file_restorer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sidecar/backup/repository/go_mode.h"
#include "sidecar/backup/storage/posix_file.h"

namespace shopkeeper::backup {
namespace {

constexpr std::size_t kBlock = 4096;

bool allZero(std::span<const std::byte> bytes) {
  return bytes[0] == std::byte{0} &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

int writeAllAt(int fd, std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

// Passes over blocks of zeros: a new file has holes there.
int writeSparsely(int fd, std::uint64_t offset, std::span<const std::byte> bytes) {
  std::size_t begin = 0;  // of what is to be written
  std::size_t at = 0;
  while (at < bytes.size()) {
    // Blocks of the file, not of this part of it.
    const std::size_t block =
        std::min<std::size_t>(kBlock - (offset + at) % kBlock, bytes.size() - at);
    if (block == kBlock && allZero(bytes.subspan(at, block))) {
      if (const int error = writeAllAt(fd, offset + begin, bytes.subspan(begin, at - begin))) {
        return error;
      }
      begin = at + block;
    }
    at += block;
  }
  return writeAllAt(fd, offset + begin, bytes.subspan(begin));
}

Descriptor openToWrite(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
}

struct timespec toTimespec(Timestamp time) {
  return {static_cast<time_t>(time.seconds), static_cast<long>(time.nanos)};
}

}  // namespace

FileRestorer::FileRestorer(RestoreOmissions& omissions)
    : omissions_(omissions), mayChown_(::geteuid() == 0) {}

Status FileRestorer::makeDirectory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return ok();
  return fileError("make the directory " + path, errno);
}

Status FileRestorer::writeAt(const std::string& path, std::uint64_t offset,
                             std::span<const std::byte> bytes) {
  const Descriptor fd = openToWrite(path);
  if (!fd.valid()) return fileError("make " + path, errno);
  if (const int error = writeSparsely(fd.get(), offset, bytes)) {
    return fileError("write " + path, error);
  }
  return ok();
}

Status FileRestorer::finishFile(const std::string& path, const Node& node, std::uint64_t size,
                                std::uint64_t offset, std::span<const std::byte> bytes) {
  const Descriptor fd = openToWrite(path);
  if (!fd.valid()) return fileError("make " + path, errno);
  if (const int error = writeSparsely(fd.get(), offset, bytes)) {
    return fileError("write " + path, error);
  }
  if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) {
    return fileError("write " + path, errno);
  }
  return finish(fd.get(), path, node);
}

Status FileRestorer::finishDirectory(const std::string& path, const Node& node) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid()) return fileError("open " + path, errno);
  return finish(fd.get(), path, node);
}

Status FileRestorer::finish(int fd, const std::string& path, const Node& node) {
  // Changing the owner takes setuid away, and changing anything later would change the times.
  setOwner(fd, path, node);
  if (!node.attributes.empty()) setAttributes(path, node);
  if (::fchmod(fd, unixPermissions(node.mode)) != 0) {
    return fileError("set the mode of " + path, errno);
  }
  const struct timespec times[2] = {toTimespec(node.accessed), toTimespec(node.modified)};
  if (::futimens(fd, times) != 0) return fileError("set the times of " + path, errno);
  return ok();
}

void FileRestorer::setOwner(int fd, const std::string& path, const Node& node) {
  if (!mayChown_) {
    if (node.uid != ::geteuid()) ++omissions_.owners;
    return;
  }
  const int done =
      fd >= 0 ? ::fchown(fd, node.uid, node.gid) : ::lchown(path.c_str(), node.uid, node.gid);
  if (done != 0) ++omissions_.owners;
}

void FileRestorer::setAttributes(const std::string& path, const Node& node) {
  for (const auto& [name, value] : node.attributes) {
    if (::lsetxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0) != 0) {
      ++omissions_.attributes;
    }
  }
}

Status FileRestorer::makeOther(const std::string& path, const Node& node) {
  const mode_t mode = unixPermissions(node.mode);
  int done = 0;
  switch (node.type) {
    case NodeType::Symlink:
      done = ::symlink(node.linkTarget.c_str(), path.c_str());
      break;
    case NodeType::Fifo:
      done = ::mkfifo(path.c_str(), mode);
      break;
    case NodeType::BlockDevice:
      done = ::mknod(path.c_str(), S_IFBLK | mode, static_cast<dev_t>(node.device));
      break;
    case NodeType::CharDevice:
      done = ::mknod(path.c_str(), S_IFCHR | mode, static_cast<dev_t>(node.device));
      break;
    default:
      ++omissions_.specials;
      return ok();
  }
  if (done != 0) {
    if (errno != EPERM || node.type == NodeType::Symlink) return fileError("make " + path, errno);
    ++omissions_.specials;
    return ok();
  }
  setOwner(-1, path, node);
  if (!node.attributes.empty()) setAttributes(path, node);
  if (node.type != NodeType::Symlink && ::chmod(path.c_str(), mode) != 0) {
    return fileError("set the mode of " + path, errno);
  }
  const struct timespec times[2] = {toTimespec(node.accessed), toTimespec(node.modified)};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) {
    return fileError("set the times of " + path, errno);
  }
  return ok();
}

Status FileRestorer::makeHardLink(const std::string& to, const std::string& path) {
  if (::link(to.c_str(), path.c_str()) == 0) return ok();
  return fileError("link " + path + " to " + to, errno);
}

}  // namespace shopkeeper::backup
