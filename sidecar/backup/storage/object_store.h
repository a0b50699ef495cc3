// Whole objects under keys: a directory, or a bucket of an S3 server. Every backup stands on this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/result.h"

namespace shopkeeper::backup {

using Bytes = std::vector<std::byte>;

struct StoredObject {
  std::string key;
  std::uint64_t size = 0;  // bytes
  bool operator==(const StoredObject&) const = default;
};

// CreateOnly: AlreadyExists where the key is taken, whoever came first.
enum class PutMode { Replace, CreateOnly };

// Thread-safe; calls block their thread. Keys are as in object_key.h. Errors say what was being
// done to which object and whether the same call may succeed later: NotFound, AlreadyExists,
// InvalidArgument, PermissionDenied (read-only media too), Corrupt (fewer bytes than asked for),
// TooLarge (a full disk), Unavailable, Timeout, TooManyRequests.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // The object is there whole or not at all, and durable once this returns.
  virtual Status put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) = 0;

  // Exactly `length` bytes from `offset`, 0: all that follow; Corrupt where there are fewer.
  virtual Result<Bytes> get(const std::string& key, std::uint64_t offset, std::uint64_t length) = 0;
  Result<Bytes> get(const std::string& key) { return get(key, 0, 0); }

  // Everything whose key begins with `prefix` ("" for all), in order of keys. What was put before
  // the call began is in it, unless it was removed.
  virtual Result<std::vector<StoredObject>> list(const std::string& prefix) = 0;

  virtual Result<std::uint64_t> size(const std::string& key) = 0;

  // An object that is not there is no error, so that a removal can be repeated.
  virtual Status remove(const std::string& key) = 0;

  // For people and logs: "directory /backup", "bucket guide at https://s3.example". No secrets.
  virtual std::string describe() const = 0;
};

}  // namespace shopkeeper::backup
