#include "sidecar/backup/source_walker.h"

#include <algorithm>
#include <utility>

#include "sidecar/backup/file_metadata.h"

namespace shopkeeper::backup {
namespace {

const Node* find(const std::optional<Tree>& tree, const std::string& name) {
  if (!tree) return nullptr;
  const auto at =
      std::lower_bound(tree->nodes.begin(), tree->nodes.end(), name,
                       [](const Node& node, const std::string& n) { return node.name < n; });
  return at != tree->nodes.end() && at->name == name ? &*at : nullptr;
}

}  // namespace

Result<SourceSelection> SourceSelection::of(const std::vector<std::string>& paths) {
  SourceSelection root;
  for (const std::string& path : paths) {
    if (path.empty() || path[0] != '/') {
      return Error(ErrorCode::InvalidArgument, "\"" + path + "\" is not an absolute path");
    }
    SourceSelection* at = &root;
    for (std::size_t begin = 1; begin <= path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      const std::string name = path.substr(begin, end - begin);
      if (name == "..") {
        return Error(ErrorCode::InvalidArgument, "\"" + path + "\" contains \"..\"");
      }
      if (!name.empty() && name != ".") at = &at->children[name];
      begin = end + 1;
    }
    at->whole = true;
  }
  if (paths.empty()) return Error(ErrorCode::InvalidArgument, "nothing is chosen for the backup");
  return root;
}

SourceWalker::SourceWalker(Repository& repository, BackupState& state, FileReader& reader,
                           TreeReader& trees, const ExcludeRules& excludes, std::stop_token stop,
                           std::function<void()> visited)
    : repository_(repository),
      state_(state),
      reader_(reader),
      trees_(trees),
      excludes_(excludes),
      stop_(std::move(stop)),
      visited_(std::move(visited)) {}

Result<std::shared_ptr<PendingTree>> SourceWalker::walk(const SourceSelection& selection,
                                                        const std::optional<Id>& previous) {
  const auto before = previousTree(previous);
  std::vector<std::string> names;
  if (selection.whole) {
    auto listed = listDirectory("/");
    if (!listed) return listed.error();
    names = std::move(*listed);
  }
  const auto root = std::make_shared<PendingTree>(
      nullptr, 0, Node(), selection.whole ? names.size() : selection.children.size());
  auto walked = selection.whole ? walkDirectory("", root, before, std::move(names))
                                : walkSelected(selection, "", root, before);
  root->release(state_, reader_.sealer());
  if (!walked) return walked.error();
  return root;
}

std::optional<Tree> SourceWalker::previousTree(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  // A listing that is damaged or gone only means that its files are read.
  auto tree = trees_.load(*id);
  return tree ? std::optional(std::move(*tree)) : std::nullopt;
}

Status SourceWalker::interrupted() const {
  if (stop_.stop_requested()) return Error(ErrorCode::Cancelled, "the backup was cancelled");
  if (state_.failed()) return state_.failure();
  return ok();
}

Status SourceWalker::walkSelected(const SourceSelection& selection, const std::string& path,
                                  const Parent& into, const std::optional<Tree>& before) {
  std::size_t slot = 0;
  for (const auto& [name, child] : selection.children) {
    const std::string childPath = path + "/" + name;
    const Node* const old = find(before, name);
    Status walked = ok();
    if (child.whole) {
      walked = walkEntry(childPath, name, into, slot, old);
      // What was asked for by name must be there.
      if (!walked) return walked;
    } else {
      auto status = statusOf(childPath);
      if (!status) return status.error();
      auto node = describeFile(childPath, name, *status);
      if (!node) return node.error();
      walked = enter(&child, childPath, std::move(*node), into, slot, old);
      if (!walked) return walked;
    }
    ++slot;
  }
  return ok();
}

Status SourceWalker::walkDirectory(const std::string& path, const Parent& into,
                                   const std::optional<Tree>& before,
                                   std::vector<std::string> names) {
  for (std::size_t slot = 0; slot < names.size(); ++slot) {
    const Node* const old = find(before, names[slot]);
    const std::string child = path + "/" + names[slot];
    if (excludes_.exclude(child, names[slot])) {
      ++counts_.excluded;
      continue;
    }
    auto walked = walkEntry(child, std::move(names[slot]), into, slot, old);
    if (!walked && walked.error().code() == ErrorCode::NotFound) {
      ++counts_.vanished;
    } else if (!walked) {
      return walked;
    }
  }
  return ok();
}

Status SourceWalker::walkEntry(const std::string& path, std::string name, const Parent& into,
                               std::size_t slot, const Node* before) {
  if (auto go = interrupted(); !go) return go;
  auto status = statusOf(path);
  if (!status) return status.error();
  auto node = describeFile(path, std::move(name), *status);
  if (!node) return node.error();
  Status walked = ok();
  if (node->type == NodeType::Directory) {
    walked = enter(nullptr, path, std::move(*node), into, slot, before);
  } else if (node->type == NodeType::File) {
    walked = walkFile(path, std::move(*node), into, slot,
                      static_cast<std::uint64_t>(status->st_size), before);
  } else {
    ++counts_.others;
    into->set(slot, std::move(*node));
  }
  visited_();
  return walked;
}

// Lists and walks a directory: all of it, or what is selected in it.
Status SourceWalker::enter(const SourceSelection* selection, const std::string& path, Node node,
                           const Parent& into, std::size_t slot, const Node* before) {
  std::vector<std::string> names;
  if (selection == nullptr) {
    auto listed = listDirectory(path);
    if (!listed) return listed.error();
    names = std::move(*listed);
  }
  ++counts_.directories;
  const auto tree = before != nullptr ? previousTree(before->subtree) : std::nullopt;
  into->expect();
  const auto pending = std::make_shared<PendingTree>(
      into, slot, std::move(node),
      selection == nullptr ? names.size() : selection->children.size());
  auto walked = selection == nullptr ? walkDirectory(path, pending, tree, std::move(names))
                                     : walkSelected(*selection, path, pending, tree);
  pending->release(state_, reader_.sealer());
  return walked;
}

bool SourceWalker::unchanged(const Node& now, std::uint64_t size, const Node& before) const {
  if (before.type != NodeType::File || before.size != size || before.modified != now.modified ||
      before.changed != now.changed || before.inode != now.inode) {
    return false;
  }
  return std::all_of(before.content.begin(), before.content.end(),
                     [&](const Id& id) { return repository_.index().has(BlobType::Data, id); });
}

Status SourceWalker::walkFile(const std::string& path, Node node, const Parent& into,
                              std::size_t slot, std::uint64_t size, const Node* before) {
  if (before != nullptr && unchanged(node, size, *before)) {
    node.size = size;
    node.content = before->content;
    into->set(slot, std::move(node));
    ++counts_.unchangedFiles;
    counts_.unchangedBytes += size;
    state_.bytes.fetch_add(size, std::memory_order_relaxed);
  } else {
    auto read = reader_.read(path, into, slot, std::move(node));
    if (!read) return read;
    ++(before != nullptr ? counts_.changedFiles : counts_.newFiles);
  }
  state_.files.fetch_add(1, std::memory_order_relaxed);
  return ok();
}

}  // namespace shopkeeper::backup
