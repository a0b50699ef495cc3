// Index files for packs that were just stored.
#pragma once

#include <mutex>
#include <vector>

#include "common/clock.h"
#include "sidecar/backup/repository/repository.h"

namespace shopkeeper::backup {

// Thread-safe. A file is written at 40,000 blobs, which keeps it under 8 MiB, and at least every
// half minute: a run that is killed loses no more than that to the next run's look at stray packs.
class IndexWriter {
 public:
  IndexWriter(Repository& repository, const Clock& clock);

  // The pack is stored and durable.
  Status add(IndexedPack pack);
  // Writes what is left.
  Status flush();

 private:
  Status save(const std::vector<IndexedPack>& packs);

  Repository& repository_;
  const Clock& clock_;
  std::mutex mutex_;
  std::vector<IndexedPack> waiting_;
  std::size_t blobs_ = 0;
  MonotonicTime last_;
};

}  // namespace shopkeeper::backup
