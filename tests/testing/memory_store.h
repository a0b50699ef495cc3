// An ObjectStore in memory that can be told to fail. Thread-safe.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "sidecar/backup/storage/object_key.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup::testing {

class MemoryStore final : public ObjectStore {
 public:
  // Asked before (with `done` false) and after each call takes effect; an error is what the caller
  // sees. An error after a put is a lost answer.
  using Fault = std::function<std::optional<Error>(const std::string& call, const std::string& key,
                                                   bool done)>;
  explicit MemoryStore(Fault fault = {}) : fault_(std::move(fault)) {}

  using ObjectStore::get;
  Status put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) override {
    if (const Status right = checkKey(key); !right) return right;
    if (auto error = asked("put", key, false)) return *error;
    {
      const std::lock_guard lock(mutex_);
      if (mode == PutMode::CreateOnly && objects_.contains(key)) {
        return Error(ErrorCode::AlreadyExists, key + " exists already");
      }
      objects_[key] = Bytes(bytes.begin(), bytes.end());
    }
    if (auto error = asked("put", key, true)) return *error;
    return ok();
  }

  Result<Bytes> get(const std::string& key, std::uint64_t offset, std::uint64_t length) override {
    if (const Status right = checkKey(key); !right) return right.error();
    if (auto error = asked("get", key, false)) return *error;
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return Error(ErrorCode::NotFound, "no " + key);
    const Bytes& bytes = found->second;
    const std::uint64_t wanted =
        length != 0 ? length : bytes.size() - std::min<std::uint64_t>(bytes.size(), offset);
    if (offset > bytes.size() || wanted > bytes.size() - offset) {
      return Error(ErrorCode::Corrupt, key + " is too short");
    }
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    return Bytes(begin, begin + static_cast<std::ptrdiff_t>(wanted));
  }

  Result<std::vector<StoredObject>> list(const std::string& prefix) override {
    if (const Status right = checkPrefix(prefix); !right) return right.error();
    if (auto error = asked("list", prefix, false)) return *error;
    const std::lock_guard lock(mutex_);
    std::vector<StoredObject> found;
    for (const auto& [key, bytes] : objects_) {
      if (key.starts_with(prefix)) found.push_back({key, bytes.size()});
    }
    return found;
  }

  Result<std::uint64_t> size(const std::string& key) override {
    if (const Status right = checkKey(key); !right) return right.error();
    if (auto error = asked("size", key, false)) return *error;
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return Error(ErrorCode::NotFound, "no " + key);
    return found->second.size();
  }

  Status remove(const std::string& key) override {
    if (const Status right = checkKey(key); !right) return right;
    if (auto error = asked("remove", key, false)) return *error;
    const std::lock_guard lock(mutex_);
    objects_.erase(key);
    return ok();
  }

  std::string describe() const override { return "memory"; }

 private:
  std::optional<Error> asked(const char* call, const std::string& key, bool done) {
    return fault_ ? fault_(call, key, done) : std::nullopt;
  }

  const Fault fault_;
  std::mutex mutex_;
  std::map<std::string, Bytes> objects_;
};

}  // namespace shopkeeper::backup::testing
