// A store with a bandwidth limit each way.
#pragma once

#include <memory>

#include "sidecar/backup/storage/object_store.h"
#include "sidecar/backup/storage/pause.h"
#include "sidecar/backup/storage/rate_limiter.h"

namespace shopkeeper::backup {

struct BandwidthLimits {
  std::uint64_t uploadBytesPerSecond = 0;    // 0: no limit
  std::uint64_t downloadBytesPerSecond = 0;  // 0: no limit
};

// Holds the rate over seconds, shared by all threads: a call goes at full speed and then waits for
// what it used beyond the rate, so that single objects are bursts. Belongs inside a RetryingStore:
// what is sent again is paid for again.
class LimitedStore final : public ObjectStore {
 public:
  LimitedStore(std::shared_ptr<ObjectStore> store, BandwidthLimits limits, const Clock& clock,
               Pause pause);

  using ObjectStore::get;
  Status put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) override;
  Result<Bytes> get(const std::string& key, std::uint64_t offset, std::uint64_t length) override;
  Result<std::vector<StoredObject>> list(const std::string& prefix) override {
    return store_->list(prefix);
  }
  Result<std::uint64_t> size(const std::string& key) override { return store_->size(key); }
  Status remove(const std::string& key) override { return store_->remove(key); }
  std::string describe() const override { return store_->describe(); }

 private:
  const std::shared_ptr<ObjectStore> store_;
  RateLimiter upload_, download_;
  const Pause pause_;
};

}  // namespace shopkeeper::backup
