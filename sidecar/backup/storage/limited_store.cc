#include "sidecar/backup/storage/limited_store.h"

namespace shopkeeper::backup {

LimitedStore::LimitedStore(std::shared_ptr<ObjectStore> store, BandwidthLimits limits,
                           const Clock& clock, Pause pause)
    : store_(std::move(store)),
      upload_(limits.uploadBytesPerSecond, clock),
      download_(limits.downloadBytesPerSecond, clock),
      pause_(std::move(pause)) {}

// What was transferred counts even if the wait after it is given up: the object is there.
Status LimitedStore::put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) {
  const Status done = store_->put(key, bytes, mode);
  if (const Duration debt = upload_.take(bytes.size()); debt > Duration::zero()) pause_(debt);
  return done;
}

Result<Bytes> LimitedStore::get(const std::string& key, std::uint64_t offset,
                                std::uint64_t length) {
  auto bytes = store_->get(key, offset, length);
  if (!bytes) return bytes;
  if (const Duration debt = download_.take(bytes->size()); debt > Duration::zero()) pause_(debt);
  return bytes;
}

}  // namespace shopkeeper::backup
