#include "sidecar/backup/repository/index_writer.h"

#include <utility>

namespace shopkeeper::backup {
namespace {

constexpr std::size_t kBlobs = 40000;  // of 150 to 190 bytes each
constexpr std::chrono::seconds kInterval{30};

}  // namespace

IndexWriter::IndexWriter(Repository& repository, const Clock& clock)
    : repository_(repository), clock_(clock), last_(clock.now()) {}

Status IndexWriter::add(IndexedPack pack) {
  std::vector<IndexedPack> full;
  {
    const std::lock_guard lock(mutex_);
    blobs_ += pack.entries.size();
    waiting_.push_back(std::move(pack));
    if (blobs_ < kBlobs && clock_.now() - last_ < kInterval) return ok();
    full = std::exchange(waiting_, {});
    blobs_ = 0;
    last_ = clock_.now();
  }
  return save(full);
}

Status IndexWriter::flush() {
  std::vector<IndexedPack> rest;
  {
    const std::lock_guard lock(mutex_);
    rest = std::exchange(waiting_, {});
    blobs_ = 0;
  }
  return rest.empty() ? ok() : save(rest);
}

Status IndexWriter::save(const std::vector<IndexedPack>& packs) {
  auto saved = repository_.saveDocument(FileKind::Index, toJson(packs));
  if (!saved) return saved.error();
  return ok();
}

}  // namespace shopkeeper::backup
