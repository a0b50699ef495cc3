// Walks what is to be backed up, beside the listings of the run before.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sidecar/backup/exclude_rules.h"
#include "sidecar/backup/file_reader.h"
#include "sidecar/backup/progress_meter.h"
#include "sidecar/backup/repository/tree_reader.h"

namespace shopkeeper::backup {

// The chosen paths as a tree of names from the root, as snapshots have them.
struct SourceSelection {
  std::map<std::string, SourceSelection> children;
  bool whole = false;  // chosen itself: with all that is in it

  // InvalidArgument where a path is not absolute or names "..".
  static Result<SourceSelection> of(const std::vector<std::string>& paths);
};

// Files and bytes to come, for progress: what cannot be read counts as nothing here.
ExpectedTotals measure(const SourceSelection& selection, const ExcludeRules& excludes,
                       const std::stop_token& stop);

struct WalkCounts {
  std::uint64_t newFiles = 0, changedFiles = 0, unchangedFiles = 0;
  std::uint64_t directories = 0, others = 0;
  std::uint64_t excluded = 0;  // files and directories
  std::uint64_t vanished = 0;  // were listed, and gone when they were read
  std::uint64_t unchangedBytes = 0;
  std::uint64_t files() const { return newFiles + changedFiles + unchangedFiles; }
};

// For one thread. Any file that cannot be read ends the walk: a backup without it is none.
class SourceWalker {
 public:
  // `visited` is called after each entry.
  SourceWalker(Repository& repository, BackupState& state, FileReader& reader, TreeReader& trees,
               const ExcludeRules& excludes, std::stop_token stop, std::function<void()> visited);

  // The root's listing, complete once the pipeline is drained and nothing failed. `previous`: the
  // root of the snapshot to compare with.
  Result<std::shared_ptr<PendingTree>> walk(const SourceSelection& selection,
                                            const std::optional<Id>& previous);
  const WalkCounts& counts() const { return counts_; }

 private:
  using Parent = std::shared_ptr<PendingTree>;

  Status walkSelected(const SourceSelection& selection, const std::string& path, const Parent& into,
                      const std::optional<Tree>& before);
  Status walkDirectory(const std::string& path, const Parent& into,
                       const std::optional<Tree>& before, std::vector<std::string> names);
  Status walkEntry(const std::string& path, std::string name, const Parent& into, std::size_t slot,
                   const Node* before);
  Status enter(const SourceSelection* selection, const std::string& path, Node node,
               const Parent& into, std::size_t slot, const Node* before);
  Status walkFile(const std::string& path, Node node, const Parent& into, std::size_t slot,
                  std::uint64_t size, const Node* before);
  bool unchanged(const Node& now, std::uint64_t size, const Node& before) const;
  std::optional<Tree> previousTree(const std::optional<Id>& id);
  Status interrupted() const;

  Repository& repository_;
  BackupState& state_;
  FileReader& reader_;
  TreeReader& trees_;
  const ExcludeRules& excludes_;
  const std::stop_token stop_;
  const std::function<void()> visited_;
  WalkCounts counts_;
};

}  // namespace shopkeeper::backup
