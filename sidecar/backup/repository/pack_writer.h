// Takes new blobs, fills packs with them, and stores packs and their index.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>
#include <vector>

#include "common/clock.h"
#include "common/random.h"
#include "sidecar/backup/repository/index_writer.h"
#include "sidecar/backup/repository/repository.h"

namespace shopkeeper::backup {

struct PackWriterOptions {
  std::size_t packBytes = std::size_t{16} << 20;  // restic's own default
  unsigned connections = 1;  // packs stored at a time, each in memory until it is
};

// Thread-safe. Data goes to one of two open packs by chance: the sizes of a file's chunks in their
// order would tell which well-known file it is and in the end the chunking polynomial (K. Truong et
// al., "Chunking Attacks on File Backup Services using Content-Defined Chunking", eprint 2025/532).
class PackWriter {
 public:
  struct Counts {
    std::uint64_t dataBlobs = 0, treeBlobs = 0;
    std::uint64_t contentBytes = 0;  // of new blobs
    std::uint64_t storedBytes = 0;   // the same, compressed and sealed
  };

  // The repository's index is loaded; all three outlive the writer.
  PackWriter(Repository& repository, const Clock& clock, Random& random,
             PackWriterOptions options = {});
  // Without finish(), drops what is not stored yet.
  ~PackWriter();
  PackWriter(const PackWriter&) = delete;
  PackWriter& operator=(const PackWriter&) = delete;

  // Whether the blob is neither stored nor claimed by another caller. Who gets true must add() it.
  bool claim(BlobType type, const Id& id);
  // Blocks while `connections` packs are being stored. The first failure is every later caller's.
  Status add(BlobType type, const Id& id, const BlobSealer::Sealed& sealed, std::size_t content);
  // Claims, seals and adds.
  Status put(BlobType type, const Id& id, std::span<const std::byte> content, BlobSealer& sealer);

  // Packs no index lists, which runs that were killed left: they are read and listed, so that what
  // they hold is not stored again. Call before the first claim().
  Status adoptStrayPacks();

  // Stores all open packs and the rest of the index: afterwards snapshots may refer to every blob.
  Status finish();

  Counts counts() const;

 private:
  using Builder = std::unique_ptr<PackBuilder>;

  void store(const std::stop_token& stop);
  Status storePack(PackBuilder& pack, Cipher& cipher);
  // Takes `pack` to be stored, or waits a while where enough are: packs stay bounded in number.
  void handOver(Builder& pack, std::unique_lock<std::mutex>& lock);
  Builder newBuilder(BlobType type);

  Repository& repository_;
  Random& random_;
  const PackWriterOptions options_;
  IndexWriter indexWriter_;

  std::mutex claiming_;
  std::array<std::unordered_set<Id, IdHash>, 2> claimed_;  // by type

  mutable std::mutex mutex_;  // all below
  std::condition_variable_any changed_;
  std::array<Builder, 3> open_;  // two of data, one of trees
  std::vector<Builder> spare_;
  std::vector<Builder> handed_;  // to be stored
  unsigned storing_ = 0;
  std::optional<Error> failure_;
  Counts counts_;
  std::vector<std::jthread> threads_;
};

}  // namespace shopkeeper::backup
