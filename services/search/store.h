// The index on disk: which file is current, whether it is whole, and how it is replaced.
//
//   <directory>/current.json    {"format","version","file","bytes","sha256"}
//   <directory>/index-7.xapian  the file that it names; never changed once written
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "common/result.h"
#include "services/catalog/follower.h"
#include "services/search/index.h"
#include "services/search/ranking.h"

namespace shopkeeper::search {

struct StoreOptions {
  std::string directory;
  unsigned handles = 8;  // searches that can run at once on one index
  FieldWeights weights;
};

// Thread-safe; load() and publish() exclude each other.
class IndexStore {
 public:
  explicit IndexStore(StoreOptions options) : options_(std::move(options)) {}

  // Opens the index that current.json names, after its length and SHA-256 were compared. NotFound
  // where there is none; Corrupt, with what is wrong, where it is damaged or of another format: it
  // is then left for publish() to replace.
  Status load();

  // Builds an index beside the current one, verifies it, names it in current.json and makes it
  // current. Those who search in the old one finish there; its file goes with the last of them.
  // Nothing changes on failure.
  Status publish(const catalog::Snapshot& snapshot);

  // Null until load() or publish() succeeded.
  std::shared_ptr<const Index> current() const;

 private:
  Status writeManifest(const std::string& version, const std::string& file) const;
  void swap(std::shared_ptr<Index> index);
  void removeLeftovers(const std::string& keep) const;
  std::string path(const std::string& name) const;

  const StoreOptions options_;
  std::mutex writing_;
  std::uint64_t number_ = 0;  // of the newest file
  mutable std::mutex mutex_;  // current_
  std::shared_ptr<Index> current_;
};

}  // namespace shopkeeper::search
