#include "sidecar/backup/snapshots.h"

#include <algorithm>
#include <tuple>

namespace shopkeeper::backup {

bool fits(const Snapshot& snapshot, const SnapshotFilter& filter) {
  if (!filter.host.empty() && snapshot.hostname != filter.host) return false;
  if (filter.at && snapshot.time > *filter.at) return false;
  if (!filter.paths.empty() && !std::is_permutation(snapshot.paths.begin(), snapshot.paths.end(),
                                                    filter.paths.begin(), filter.paths.end())) {
    return false;
  }
  return std::all_of(filter.tags.begin(), filter.tags.end(), [&](const std::string& tag) {
    return std::find(snapshot.tags.begin(), snapshot.tags.end(), tag) != snapshot.tags.end();
  });
}

Result<std::vector<StoredSnapshot>> listSnapshots(Repository& repository) {
  auto files = repository.files().list(FileKind::Snapshot);
  if (!files) return files.error();
  std::vector<StoredSnapshot> snapshots;
  for (const auto& file : *files) {
    auto json = repository.loadDocument(FileKind::Snapshot, file.id);
    if (!json && json.error().code() == ErrorCode::NotFound) continue;  // forgotten meanwhile
    if (!json) return json.error();
    auto snapshot = parseSnapshot(*json);
    if (!snapshot) return snapshot.error().within("snapshot " + toHex(file.id));
    snapshots.push_back({file.id, std::move(*snapshot)});
  }
  std::sort(snapshots.begin(), snapshots.end(), [](const auto& a, const auto& b) {
    return std::tie(a.snapshot.time, a.id) < std::tie(b.snapshot.time, b.id);
  });
  return snapshots;
}

const StoredSnapshot* latest(const std::vector<StoredSnapshot>& snapshots,
                             const SnapshotFilter& filter) {
  const auto at = std::find_if(snapshots.rbegin(), snapshots.rend(),
                               [&](const auto& stored) { return fits(stored.snapshot, filter); });
  return at == snapshots.rend() ? nullptr : &*at;
}

Result<StoredSnapshot> findSnapshot(const std::vector<StoredSnapshot>& snapshots,
                                    std::string_view which, const SnapshotFilter& filter) {
  if (snapshots.empty()) return Error(ErrorCode::NotFound, "the repository has no snapshots");
  if (which == "latest") {
    const auto* const found = latest(snapshots, filter);
    if (found != nullptr) return *found;
    return Error(ErrorCode::NotFound, "no snapshot fits what was asked for");
  }
  const StoredSnapshot* found = nullptr;
  for (const auto& stored : snapshots) {
    if (which.empty() || !toHex(stored.id).starts_with(which)) continue;
    if (found != nullptr) {
      return Error(ErrorCode::InvalidArgument,
                   "more than one snapshot begins with \"" + std::string(which) + "\"");
    }
    found = &stored;
  }
  if (found == nullptr) {
    return Error(ErrorCode::NotFound, "there is no snapshot \"" + std::string(which) + "\"");
  }
  return *found;
}

}  // namespace shopkeeper::backup
