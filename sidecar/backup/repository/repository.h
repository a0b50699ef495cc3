// A repository in restic's format, version 2: opened by a password, then read and written.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"
#include "sidecar/backup/repository/blob_codec.h"
#include "sidecar/backup/repository/documents.h"
#include "sidecar/backup/repository/files.h"
#include "sidecar/backup/repository/index.h"
#include "sidecar/backup/repository/password.h"

namespace shopkeeper::backup {

struct RepositoryPlace {
  ObjectStore& store;  // must outlive the repository
  std::string prefix;  // "" or "repository/": what the keys of its files begin with
};

// Thread-safe once the index is loaded.
class Repository {
 public:
  // AlreadyExists where there is one: nothing is ever made anew over old data, also not where only
  // keys, packs or snapshots are left of it (Conflict). The configuration is written last.
  static Result<std::unique_ptr<Repository>> create(const RepositoryPlace& place,
                                                    std::string_view password, const Clock& clock,
                                                    PasswordCost cost = {});

  // NotFound: there is no repository (it vanished, a volume is not mounted). Unauthenticated: no
  // key opens with the password. Conflict: it is not the `expected` one.
  static Result<std::unique_ptr<Repository>> open(const RepositoryPlace& place,
                                                  std::string_view password,
                                                  const std::optional<Id>& expected = std::nullopt);

  const RepositoryConfig& config() const { return config_; }
  const SealingKey& key() const { return key_; }
  RepositoryFiles& files() { return files_; }
  // The key file the password opened.
  const Id& keyId() const { return keyId_; }

  // Snapshots, locks and index files: JSON, compressed and sealed.
  Result<Id> saveDocument(FileKind kind, std::string_view json);
  Result<std::string> loadDocument(FileKind kind, const Id& id);

  // Another password for the same data; returns the key file's id.
  Result<Id> addPassword(std::string_view password, const Clock& clock, PasswordCost cost = {});

  // Reads all index files. Readers list snapshots before they call this, so that all those
  // snapshots need is in it.
  Status loadIndex();
  // The same, but `tolerate` may pass over files that cannot be read.
  using Tolerate = std::function<bool(const Id& file, const Error& error)>;
  Status loadIndex(const Tolerate& tolerate);
  BlobIndex& index() { return index_; }
  const BlobIndex& index() const { return index_; }

  // The content of a blob; where one copy is damaged or gone, another one's. NotFound where the
  // index has none.
  Result<Bytes> loadBlob(BlobType type, const Id& id);

 private:
  Repository(const RepositoryPlace& place, RepositoryConfig config, const SealingKey& key,
             const Id& keyId);
  Result<std::vector<IndexedPack>> readIndexFile(const Id& file);

  RepositoryFiles files_;
  const RepositoryConfig config_;
  const SealingKey key_;
  const Id keyId_;
  BlobIndex index_;
};

Timestamp timestampOf(WallTime time);

}  // namespace shopkeeper::backup
