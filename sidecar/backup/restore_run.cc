#include "sidecar/backup/restore_run.h"

#include <map>
#include <utility>
#include <vector>

#include "sidecar/backup/progress_meter.h"
#include "sidecar/backup/repository/tree_reader.h"
#include "sidecar/backup/restore_batch.h"
#include "sidecar/backup/staging.h"

namespace shopkeeper::backup {
namespace {

// One restore into a directory that only it writes to.
class Restore {
 public:
  Restore(const RunContext& context, const RestoreOptions& options)
      : context_(context),
        options_(options),
        trees_(context.repository),
        restorer_(omissions_),
        meter_(context.clock, context.progress, options.progressInterval) {}

  // How much is to come, for progress.
  Status expect(const Node* node, const Id& root) {
    ExpectedTotals totals;
    auto measured = node == nullptr ? measure(root, totals) : measure(*node, totals);
    if (measured) meter_.expect(totals);
    return measured;
  }

  // `node`: what becomes `path`; null for the snapshot's root, which has no entry of its own.
  Status make(const Node* node, const Id& root, const std::string& path) {
    newBatch();
    Status made =
        node == nullptr ? makeDirectory(Node(), root, path, false) : makeEntry(*node, path);
    if (made) made = runBatch();
    if (!made) return made;
    for (const auto& [path, to] : hardLinks_) {
      if (auto linked = restorer_.makeHardLink(to, path); !linked) return linked;
    }
    // From the last to the first: what is made in a directory changes its times.
    for (auto at = directories_.rbegin(); at != directories_.rend(); ++at) {
      if (auto done = restorer_.finishDirectory(at->first, at->second); !done) return done;
    }
    meter_.finish("finished", files_ + hardLinks_.size(), bytes_ + linkedBytes_, 0);
    return ok();
  }

  RestoreReport report() const {
    RestoreReport report;
    report.files = files_;
    report.directories = directories_.size();
    report.others = others_;
    report.hardLinks = hardLinks_.size();
    report.bytes = bytes_;
    report.owners = omissions_.owners;
    report.attributes = omissions_.attributes;
    report.specials = omissions_.specials;
    return report;
  }

 private:
  Status measure(const Node& node, ExpectedTotals& totals) {
    if (node.type == NodeType::Directory && node.subtree) return measure(*node.subtree, totals);
    if (node.type != NodeType::File) return ok();
    ++totals.files;
    totals.bytes += node.size;
    return ok();
  }

  Status measure(const Id& tree, ExpectedTotals& totals) {
    if (context_.stop.stop_requested()) return cancelled();
    auto listing = trees_.load(tree);
    if (!listing) return listing.error();
    for (const Node& node : listing->nodes) {
      if (auto measured = measure(node, totals); !measured) return measured;
    }
    return ok();
  }

  static Error cancelled() { return Error(ErrorCode::Cancelled, "the restore was cancelled"); }

  Status makeDirectory(const Node& node, const Id& tree, const std::string& path, bool own) {
    if (context_.stop.stop_requested()) return cancelled();
    auto listing = trees_.load(tree);
    if (!listing) return listing.error().within(path);
    if (auto made = restorer_.makeDirectory(path); !made) return made;
    if (own) directories_.emplace_back(path, node);
    for (const Node& child : listing->nodes) {
      if (auto made = makeEntry(child, path + "/" + child.name); !made) return made;
    }
    return ok();
  }

  Status makeEntry(const Node& node, const std::string& path) {
    if (node.type == NodeType::Directory) {
      if (!node.subtree) return Error(ErrorCode::Corrupt, path + ": a directory without a listing");
      return makeDirectory(node, *node.subtree, path, true);
    }
    if (node.type == NodeType::File) return makeFile(node, path);
    ++others_;
    return restorer_.makeOther(path, node);
  }

  Status makeFile(const Node& node, const std::string& path) {
    if (node.links > 1) {
      const auto [first, fresh] =
          linked_.try_emplace({node.deviceId, node.inode}, Linked{path, node.content});
      if (!fresh && first->second.content == node.content) {
        hardLinks_.emplace_back(path, first->second.path);
        linkedBytes_ += node.size;
        return ok();
      }
    }
    if (node.content.empty()) {
      ++files_;
      return restorer_.finishFile(path, node, 0, 0, {});
    }
    if (auto added = batch_->add(path, node); !added) return added;
    if (!batch_->full()) return ok();
    auto done = runBatch();
    newBatch();
    return done;
  }

  void newBatch() {
    batch_ = std::make_unique<RestoreBatch>(context_.repository, restorer_, context_.stop);
  }

  Status runBatch() {
    return batch_->run(options_.threads, [this](std::uint64_t bytes, bool file) {
      const std::lock_guard lock(mutex_);
      bytes_ += bytes;
      files_ += file ? 1 : 0;
      meter_.tick("restoring", files_ + hardLinks_.size(), bytes_ + linkedBytes_, [] { return 0; });
    });
  }

  struct Linked {
    std::string path;
    std::vector<Id> content;
  };

  const RunContext& context_;
  const RestoreOptions& options_;
  TreeReader trees_;
  RestoreOmissions omissions_;
  FileRestorer restorer_;
  std::unique_ptr<RestoreBatch> batch_;
  std::vector<std::pair<std::string, Node>> directories_;             // parents before children
  std::map<std::pair<std::uint64_t, std::uint64_t>, Linked> linked_;  // by device and inode
  std::vector<std::pair<std::string, std::string>> hardLinks_;        // path and what it links to
  std::mutex mutex_;                                                  // the counts and the meter
  std::uint64_t files_ = 0, others_ = 0, bytes_ = 0, linkedBytes_ = 0;
  ProgressMeter meter_;
};

// The entry at `path` of the snapshot; nullopt for its root.
Result<std::optional<Node>> entryAt(Repository& repository, const Id& root,
                                    const std::string& path) {
  TreeReader trees(repository);
  std::optional<Node> node;
  Id tree = root;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty() || name == ".") continue;
    if (node && !node->subtree) {
      return Error(ErrorCode::NotFound, "the snapshot has no " + path);
    }
    auto listing = trees.load(node ? *node->subtree : tree);
    if (!listing) return listing.error();
    std::optional<Node> found;
    for (Node& entry : listing->nodes) {
      if (entry.name == name) found = std::move(entry);
    }
    if (!found) return Error(ErrorCode::NotFound, "the snapshot has no " + path);
    node = std::move(found);
  }
  return node;
}

}  // namespace

Result<RestoreReport> runRestore(const RunContext& context, const RestoreOptions& options) {
  const MonotonicTime started = context.clock.now();
  Repository& repository = context.repository;
  const bool replace = options.existing == ExistingTarget::Replace;
  auto staging = Staging::beside(options.target, context.random);
  if (!staging) return staging.error();
  auto vacant = isVacant(options.target);
  if (!vacant) return vacant.error();
  if (!*vacant && !replace) {
    return Error(ErrorCode::AlreadyExists, "there is something at " + options.target);
  }
  auto lock = RepositoryLock::acquire(repository, false, context.clock, options.lock);
  if (!lock) return lock.error();
  auto snapshots = listSnapshots(repository);
  if (!snapshots) return snapshots.error();
  auto chosen = findSnapshot(*snapshots, options.snapshot, options.filter);
  if (!chosen) return chosen.error();
  if (auto loaded = repository.loadIndex(); !loaded) return loaded.error();
  auto node = entryAt(repository, chosen->snapshot.tree, options.from);
  if (!node) return node.error();

  Restore restore(context, options);
  const Node* const entry = *node ? &**node : nullptr;
  if (context.progress) {
    auto expected = restore.expect(entry, chosen->snapshot.tree);
    if (!expected) return expected.error().within("snapshot " + toHex(chosen->id));
  }
  auto made = restore.make(entry, chosen->snapshot.tree, staging->path());
  if (!made) return made.error().within("snapshot " + toHex(chosen->id));
  RestoreReport report = restore.report();
  if (report.files + report.others == 0 && !options.allowEmpty) {
    return Error(ErrorCode::NotFound, "the snapshot has not a single file in " + options.from);
  }
  if (auto held = (*lock)->held(); !held) return held.error();
  auto kept = staging->publish(replace, context.clock);
  if (!kept) return kept.error();
  report.kept = std::move(*kept);
  report.snapshot = chosen->id;
  report.time = chosen->snapshot.time;
  report.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(context.clock.now() - started);
  return report;
}

}  // namespace shopkeeper::backup
