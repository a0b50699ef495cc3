#include "sidecar/backup/storage/rate_limiter.h"

#include <algorithm>

namespace shopkeeper::backup {

RateLimiter::RateLimiter(std::uint64_t bytesPerSecond, const Clock& clock)
    : rate_(static_cast<double>(bytesPerSecond)),
      clock_(clock),
      tokens_(rate_),
      filledAt_(clock.now()) {}

Duration RateLimiter::take(std::uint64_t bytes) {
  if (rate_ <= 0) return Duration::zero();
  const std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.now();
  const double seconds = std::chrono::duration<double>(now - filledAt_).count();
  tokens_ = std::min(rate_, tokens_ + seconds * rate_) - static_cast<double>(bytes);
  filledAt_ = now;
  if (tokens_ >= 0) return Duration::zero();
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(-tokens_ / rate_));
}

}  // namespace shopkeeper::backup
