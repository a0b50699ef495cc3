// One directory as the restic format lists it: the names in it with all that a restore needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.h"
#include "sidecar/backup/repository/go_text.h"
#include "sidecar/backup/repository/id.h"

namespace shopkeeper::backup {

enum class NodeType : std::uint8_t {
  File,
  Directory,
  Symlink,
  BlockDevice,
  CharDevice,
  Fifo,
  Socket,
  Other  // of a newer program; cannot be restored
};

struct Node {
  std::string name;  // any bytes but '/' and 0
  NodeType type = NodeType::File;
  std::uint32_t mode = 0;  // bits of Go's fs.FileMode: see go_mode.h
  Timestamp modified, accessed, changed;
  std::uint32_t uid = 0, gid = 0;
  std::string user, group;  // names, where they are known
  std::uint64_t inode = 0;
  std::uint64_t deviceId = 0;  // of the file system; for hard links
  std::uint64_t size = 0;      // bytes
  std::uint64_t links = 0;
  std::string linkTarget;
  std::vector<std::pair<std::string, std::string>> attributes;  // extended: names and values
  std::uint64_t device = 0;                                     // of a device file
  std::vector<Id> content;                                      // of a file
  std::optional<Id> subtree;                                    // of a directory
};

struct Tree {
  std::vector<Node> nodes;  // in order of names, bytewise
};

// The bytes whose hash is the tree's id, ending in a newline.
std::string toJson(const Tree& tree);

// Corrupt where this is no listing, where a name could lead out of its directory, or where names
// are not in order. Unknown members are passed over.
Result<Tree> parseTree(std::string_view json);

}  // namespace shopkeeper::backup
