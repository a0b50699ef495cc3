// Listings out of a repository, many in a row.
#pragma once

#include <array>
#include <string>

#include "sidecar/backup/repository/blob_codec.h"
#include "sidecar/backup/repository/repository.h"
#include "sidecar/backup/repository/tree.h"

namespace shopkeeper::backup {

// Directories are stored after those within them, so that who walks from the root will soon want
// what lies before a listing in its pack: up to a MiB of it is fetched along. Not thread-safe.
class TreeReader {
 public:
  // The index is loaded.
  explicit TreeReader(Repository& repository)
      : repository_(repository), opener_(repository.key()) {}

  Result<Tree> load(const Id& id);

 private:
  struct Window {
    Id pack;
    std::uint64_t offset = 0;
    Bytes bytes;
  };

  Result<Bytes> sealed(const BlobIndex::Location& location);

  Repository& repository_;
  BlobOpener opener_;
  std::array<Window, 4> windows_;  // of four packs; the oldest is replaced
  std::size_t oldest_ = 0;
};

}  // namespace shopkeeper::backup
