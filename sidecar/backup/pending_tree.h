// Listings in the making: a directory's is stored once all of its files are, by whichever thread
// came last.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "sidecar/backup/repository/pack_writer.h"
#include "sidecar/backup/repository/tree.h"

namespace shopkeeper::backup {

// Counts of the run, and its first failure. Thread-safe.
struct BackupState {
  explicit BackupState(PackWriter& packs) : writer(packs) {}

  void fail(Error error);
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  // Only where failed().
  Error failure() const;

  PackWriter& writer;
  std::atomic<std::uint64_t> files{0}, bytes{0};

 private:
  mutable std::mutex mutex_;
  std::optional<Error> failure_;
  std::atomic<bool> failed_{false};
};

// Built by the thread that walks, completed by those that store. Whoever is done with a child, or
// with listing, calls release().
class PendingTree {
 public:
  // `node`: the directory's own entry, place `slot` of `parent`'s; the root has neither.
  PendingTree(std::shared_ptr<PendingTree> parent, std::size_t slot, Node node,
              std::size_t children)
      : parent_(std::move(parent)), slot_(slot), node_(std::move(node)), nodes_(children) {}

  // Before a child is worked on; complete() or drop() ends it.
  void expect() { open_.fetch_add(1, std::memory_order_relaxed); }
  // The child's entry is known. Each slot is set by one thread.
  void set(std::size_t slot, Node node) { nodes_[slot] = std::move(node); }
  // Slots that were never set are left out.
  void release(BackupState& state, BlobSealer& sealer);

  // Of the root, once all is released.
  const Id& id() const { return id_; }

 private:
  void store(BackupState& state, BlobSealer& sealer);

  const std::shared_ptr<PendingTree> parent_;
  const std::size_t slot_;
  Node node_;
  std::vector<Node> nodes_;
  std::atomic<std::size_t> open_{1};  // the lister, and children not known yet
  Id id_;
};

// A file whose chunks are being stored.
class PendingFile {
 public:
  PendingFile(std::shared_ptr<PendingTree> tree, std::size_t slot, Node node);

  Node& node() { return node_; }
  // Where the next chunk's id belongs; whoever stores it calls release() afterwards. By the walking
  // thread only.
  Id* addChunk();
  void release(BackupState& state, BlobSealer& sealer);

 private:
  const std::shared_ptr<PendingTree> tree_;
  const std::size_t slot_;
  Node node_;
  std::deque<Id> content_;  // its elements stay where they are while it grows
  std::atomic<std::size_t> open_{1};
};

}  // namespace shopkeeper::backup
