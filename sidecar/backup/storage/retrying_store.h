// A store that repeats what failed for the moment: time-outs, resets, overload.
#pragma once

#include <memory>

#include "common/random.h"
#include "sidecar/backup/storage/object_store.h"
#include "sidecar/backup/storage/pause.h"

namespace shopkeeper::backup {

// The wait before try n is uniform in [0, min(longest, first * 2^(n-2))]: "full jitter", which
// spreads callers best (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
struct RetryRules {
  Duration firstWait = std::chrono::milliseconds(500);
  Duration longestWait = std::chrono::seconds(30);
  Duration deadline = std::chrono::minutes(15);  // from the first try; none begins after it
};

// Repeats a call whose error is retryable until it succeeds, fails for good, or time is up: then
// the last error, saying how often it was tried. A CreateOnly put whose answer was lost finds its
// own object at the next try; it is compared and counts as put.
class RetryingStore final : public ObjectStore {
 public:
  RetryingStore(std::shared_ptr<ObjectStore> store, RetryRules rules, const Clock& clock,
                Random& random, Pause pause);

  using ObjectStore::get;
  Status put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) override;
  Result<Bytes> get(const std::string& key, std::uint64_t offset, std::uint64_t length) override;
  Result<std::vector<StoredObject>> list(const std::string& prefix) override;
  Result<std::uint64_t> size(const std::string& key) override;
  Status remove(const std::string& key) override;
  std::string describe() const override { return store_->describe(); }

 private:
  template <class Call>
  auto repeat(Call call) -> decltype(call());

  const std::shared_ptr<ObjectStore> store_;
  const RetryRules rules_;
  const Clock& clock_;
  Random& random_;
  const Pause pause_;
};

}  // namespace shopkeeper::backup
