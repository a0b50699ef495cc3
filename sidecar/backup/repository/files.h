// The files of a repository, and where they lie in an object store: restic's layout.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "sidecar/backup/repository/id.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

enum class FileKind { Config, Key, Lock, Snapshot, Index, Pack };

// "pack", for sentences.
std::string_view toString(FileKind kind);

// Files are written once and named by the SHA-256 of their content, but for the one configuration.
// Thread-safe, as the store is; the store must outlive it.
class RepositoryFiles {
 public:
  struct Entry {
    Id id;
    std::uint64_t size;
  };

  // `prefix`: what the keys of the repository begin with, such as "repository/"; "" for all of the
  // store.
  explicit RepositoryFiles(ObjectStore& store, std::string prefix = "")
      : store_(store), prefix_(std::move(prefix)) {}

  // Whole, durable, under the hash of its content, which is returned.
  Result<Id> save(FileKind kind, std::span<const std::byte> bytes);
  // The same, for who knows the hash already.
  Status save(FileKind kind, const Id& id, std::span<const std::byte> bytes);
  Result<Bytes> load(FileKind kind, const Id& id);
  Result<Bytes> load(FileKind kind, const Id& id, std::uint64_t offset, std::uint64_t length);
  // In no order; names that are no ids (other programs' temporary files) are passed over.
  Result<std::vector<Entry>> list(FileKind kind);
  Status remove(FileKind kind, const Id& id);

  // AlreadyExists where there is one: a repository is never made anew.
  Status createConfig(std::span<const std::byte> bytes);
  Result<Bytes> loadConfig();

  std::string describe() const { return store_.describe(); }

 private:
  std::string key(FileKind kind, const Id& id) const;
  Error named(const Error& error, FileKind kind, const Id& id) const;

  ObjectStore& store_;
  const std::string prefix_;
};

}  // namespace shopkeeper::backup
