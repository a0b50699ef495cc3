// Successes and failures of the last while, in ten ring buckets. Pure.
#pragma once

#include <array>
#include <cstdint>

#include "common/clock.h"

namespace shopkeeper::sidecar {

// Exact counts; samples age out bucket by bucket, a gap longer than the window clears all. Source:
// linkerd2-proxy's success-rate breaker. Not thread-safe.
class SuccessWindow {
 public:
  void record(bool success, Duration window, MonotonicTime now);
  void clear() { *this = {}; }

  std::uint32_t samples() const { return samples_; }
  std::uint32_t failures() const { return failures_; }
  // Percent, rounded down; 100 without samples.
  int successPercent() const {
    if (samples_ == 0) return 100;
    return static_cast<int>(std::uint64_t{100} * (samples_ - failures_) / samples_);
  }

 private:
  static constexpr std::size_t kBuckets = 10;
  struct Bucket {
    std::uint32_t samples = 0;
    std::uint32_t failures = 0;
  };
  std::array<Bucket, kBuckets> buckets_{};
  std::int64_t newest_ = 0;  // number of the bucket written last, since the clock's epoch
  std::uint32_t samples_ = 0;
  std::uint32_t failures_ = 0;
};

}  // namespace shopkeeper::sidecar
