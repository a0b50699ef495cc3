#include "sidecar/backup/file_metadata.h"

#include <dirent.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "sidecar/backup/repository/go_mode.h"
#include "sidecar/backup/repository/system_names.h"
#include "sidecar/backup/storage/posix_file.h"

namespace shopkeeper::backup {
namespace {

NodeType typeOf(mode_t mode) {
  if (S_ISREG(mode)) return NodeType::File;
  if (S_ISDIR(mode)) return NodeType::Directory;
  if (S_ISLNK(mode)) return NodeType::Symlink;
  if (S_ISBLK(mode)) return NodeType::BlockDevice;
  if (S_ISCHR(mode)) return NodeType::CharDevice;
  if (S_ISFIFO(mode)) return NodeType::Fifo;
  if (S_ISSOCK(mode)) return NodeType::Socket;
  return NodeType::Other;
}

// Calls `get` with buffers of growing size until what it returns fits. Empty on failure.
template <class Get>
std::string readGrowing(std::size_t size, Get get) {
  for (std::string buffer(size, '\0');; buffer.resize(buffer.size() * 4)) {
    const ssize_t length = get(buffer.data(), buffer.size());
    if (length >= 0 && static_cast<std::size_t>(length) < buffer.size()) {
      buffer.resize(static_cast<std::size_t>(length));
      return buffer;
    }
    if ((length < 0 && errno != ERANGE) || buffer.size() > (std::size_t{1} << 20)) return {};
  }
}

void readAttributes(const std::string& path, Node& node) {
  char names[4096];
  ssize_t length = ::llistxattr(path.c_str(), names, sizeof names);
  if (length <= 0) return;  // none, or not to be had here
  for (const char* name = names; name < names + length;
       name += std::char_traits<char>::length(name) + 1) {
    char probe;
    if (::lgetxattr(path.c_str(), name, &probe, 0) < 0) continue;
    node.attributes.emplace_back(name, readGrowing(256, [&](char* into, std::size_t size) {
                                   return ::lgetxattr(path.c_str(), name, into, size);
                                 }));
  }
}

}  // namespace

Timestamp timestampOf(const struct timespec& time) {
  return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
}

Result<struct stat> statusOf(const std::string& path) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) return fileError("look at " + path, errno);
  return status;
}

Result<Node> describeFile(const std::string& path, std::string name, const struct stat& status) {
  Node node;
  node.name = std::move(name);
  node.type = typeOf(status.st_mode);
  node.mode = goMode(status.st_mode);
  node.modified = node.accessed = timestampOf(status.st_mtim);
  node.changed = timestampOf(status.st_ctim);
  node.uid = status.st_uid;
  node.gid = status.st_gid;
  node.user = userName(status.st_uid);
  node.group = groupName(status.st_gid);
  node.inode = status.st_ino;
  const bool linked = node.type == NodeType::File || node.type == NodeType::Symlink ||
                      node.type == NodeType::BlockDevice || node.type == NodeType::CharDevice;
  if (linked) node.links = status.st_nlink;
  if (linked && status.st_nlink > 1) node.deviceId = status.st_dev;
  if (node.type == NodeType::BlockDevice || node.type == NodeType::CharDevice) {
    node.device = status.st_rdev;
  }
  if (node.type == NodeType::Symlink) {
    node.linkTarget = readGrowing(
        256, [&](char* into, std::size_t size) { return ::readlink(path.c_str(), into, size); });
    if (node.linkTarget.empty()) return fileError("read the link " + path, errno);
  }
  readAttributes(path, node);
  return node;
}

Result<std::vector<std::string>> listDirectory(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) return fileError("list " + path, errno);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return fileError("list " + path, errno);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace shopkeeper::backup
