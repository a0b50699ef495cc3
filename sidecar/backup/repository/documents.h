// The small JSON files of a repository: configuration, keys, snapshots, locks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "sidecar/backup/repository/go_text.h"
#include "sidecar/backup/repository/id.h"
#include "sidecar/backup/repository/polynomial.h"

namespace shopkeeper::backup {

// All readers: Corrupt where the text is not such a document; unknown members are passed over.

struct RepositoryConfig {
  std::uint64_t version = 2;
  Id id;  // random; tells repositories apart wherever they lie
  Polynomial polynomial = 0;
};
std::string toJson(const RepositoryConfig& config);
Result<RepositoryConfig> parseConfig(std::string_view json);

// What a password opens: the master key, sealed by a key that scrypt makes from the password.
struct KeyFile {
  Timestamp created;
  std::string username, hostname;
  std::string kdf = "scrypt";
  std::uint64_t n = 0, r = 0, p = 0;
  std::string salt, data;  // bytes
};
std::string toJson(const KeyFile& key);
Result<KeyFile> parseKeyFile(std::string_view json);

struct Snapshot {
  Timestamp time;
  std::optional<Id> parent;
  Id tree;
  std::vector<std::string> paths;  // absolute
  std::string hostname, username;
  std::uint32_t uid = 0, gid = 0;
  std::vector<std::string> excludes, tags;
  std::optional<Id> original;
  std::string program;
};
std::string toJson(const Snapshot& snapshot);
Result<Snapshot> parseSnapshot(std::string_view json);

struct LockFile {
  Timestamp time;
  bool exclusive = false;
  std::string hostname, username;
  std::uint64_t pid = 0;
  std::uint32_t uid = 0, gid = 0;
};
std::string toJson(const LockFile& lock);
Result<LockFile> parseLock(std::string_view json);

}  // namespace shopkeeper::backup
