#include "sidecar/proxy/success_window.h"

#include <algorithm>

namespace shopkeeper::sidecar {

void SuccessWindow::record(bool success, Duration window, MonotonicTime now) {
  const Duration width = std::max<Duration>(window / kBuckets, std::chrono::milliseconds(1));
  const std::int64_t number = now.time_since_epoch() / width;
  const std::int64_t stale =
      std::clamp<std::int64_t>(number - newest_, 0, static_cast<std::int64_t>(kBuckets));
  for (std::int64_t i = 0; i < stale; ++i) {
    Bucket& old = buckets_[static_cast<std::size_t>(number - i) % kBuckets];
    samples_ -= old.samples;
    failures_ -= old.failures;
    old = {};
  }
  newest_ = std::max(newest_, number);
  Bucket& bucket = buckets_[static_cast<std::size_t>(newest_) % kBuckets];
  ++bucket.samples;
  ++samples_;
  if (success) return;
  ++bucket.failures;
  ++failures_;
}

}  // namespace shopkeeper::sidecar
