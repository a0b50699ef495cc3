// Makes files out of entries of listings.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "common/result.h"
#include "sidecar/backup/repository/tree.h"

namespace shopkeeper::backup {

// What could not be given back for want of rights or because this file system has no such thing:
// owners (unless root), extended attributes, device files. Files themselves are never left out.
struct RestoreOmissions {
  std::atomic<std::uint64_t> owners{0}, attributes{0}, specials{0};
};

// Below a directory that only we write to. Thread-safe for different paths.
class FileRestorer {
 public:
  explicit FileRestorer(RestoreOmissions& omissions);

  // A directory only we may enter, until finishDirectory().
  Status makeDirectory(const std::string& path);
  Status finishDirectory(const std::string& path, const Node& node);

  // Writes a part of a file, which is made where it is not there. Blocks of zeros become holes.
  Status writeAt(const std::string& path, std::uint64_t offset, std::span<const std::byte> bytes);
  // The last part, or all of a file: afterwards it has this size and the entry's owner, mode,
  // attributes and times.
  Status finishFile(const std::string& path, const Node& node, std::uint64_t size,
                    std::uint64_t offset, std::span<const std::byte> bytes);

  // Symbolic links, FIFOs, devices; sockets are left to those who listen on them.
  Status makeOther(const std::string& path, const Node& node);
  Status makeHardLink(const std::string& to, const std::string& path);

 private:
  void setOwner(int fd, const std::string& path, const Node& node);
  void setAttributes(const std::string& path, const Node& node);
  Status finish(int fd, const std::string& path, const Node& node);

  RestoreOmissions& omissions_;
  const bool mayChown_;
};

}  // namespace shopkeeper::backup
