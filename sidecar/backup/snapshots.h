// Which snapshots a repository has, and which of them is meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/backup/repository/repository.h"

namespace shopkeeper::backup {

struct StoredSnapshot {
  Id id;
  Snapshot snapshot;
};

// In order of time.
Result<std::vector<StoredSnapshot>> listSnapshots(Repository& repository);

struct SnapshotFilter {
  std::string host;                // "": any
  std::vector<std::string> paths;  // empty: any; in any order
  std::vector<std::string> tags;   // all of them
  std::optional<Timestamp> at;     // not later than this
};

bool fits(const Snapshot& snapshot, const SnapshotFilter& filter);

// The newest that fits, or null.
const StoredSnapshot* latest(const std::vector<StoredSnapshot>& snapshots,
                             const SnapshotFilter& filter);

// By id, by the beginning of one that is unique, or "latest" with `filter`. NotFound where nothing
// fits, InvalidArgument where more than one does.
Result<StoredSnapshot> findSnapshot(const std::vector<StoredSnapshot>& snapshots,
                                    std::string_view which, const SnapshotFilter& filter);

}  // namespace shopkeeper::backup
