#include "sidecar/backup/pending_tree.h"

#include <algorithm>
#include <utility>

#include "sidecar/backup/repository/sha256.h"

namespace shopkeeper::backup {

void BackupState::fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
  failed_.store(true, std::memory_order_release);
}

Error BackupState::failure() const {
  const std::lock_guard lock(mutex_);
  return *failure_;
}

void PendingTree::release(BackupState& state, BlobSealer& sealer) {
  // Up to the first directory that something else is still expected of.
  for (PendingTree* tree = this;
       tree != nullptr && tree->open_.fetch_sub(1, std::memory_order_acq_rel) == 1;
       tree = tree->parent_.get()) {
    tree->store(state, sealer);
  }
}

void PendingTree::store(BackupState& state, BlobSealer& sealer) {
  Tree tree{std::exchange(nodes_, {})};
  std::erase_if(tree.nodes, [](const Node& node) { return node.name.empty(); });
  const std::string json = toJson(tree);
  const auto bytes = std::as_bytes(std::span(json));
  id_ = sha256(bytes);
  if (state.failed()) return;
  if (auto put = state.writer.put(BlobType::Tree, id_, bytes, sealer); !put) {
    state.fail(put.error());
  }
  if (parent_) {
    node_.subtree = id_;
    parent_->set(slot_, std::move(node_));
  }
}

PendingFile::PendingFile(std::shared_ptr<PendingTree> tree, std::size_t slot, Node node)
    : tree_(std::move(tree)), slot_(slot), node_(std::move(node)) {
  tree_->expect();
}

Id* PendingFile::addChunk() {
  open_.fetch_add(1, std::memory_order_relaxed);
  return &content_.emplace_back();
}

void PendingFile::release(BackupState& state, BlobSealer& sealer) {
  if (open_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  node_.content.assign(content_.begin(), content_.end());
  tree_->set(slot_, std::move(node_));
  tree_->release(state, sealer);
}

}  // namespace shopkeeper::backup
