// A token bucket: how long to wait so that bytes stay within a rate. No I/O, does not wait itself.
#pragma once

#include <cstdint>
#include <mutex>

#include "common/clock.h"

namespace shopkeeper::backup {

// Thread-safe; threads share the rate. A transfer may overdraw the bucket, and whoever comes next
// waits until the debt is paid, so objects larger than the bucket pass too.
class RateLimiter {
 public:
  // 0: no limit. The bucket holds one second's worth.
  RateLimiter(std::uint64_t bytesPerSecond, const Clock& clock);

  // Takes `bytes` and returns how long the caller has to wait before it sends the next ones.
  Duration take(std::uint64_t bytes);

 private:
  const double rate_;
  const Clock& clock_;
  std::mutex mutex_;
  double tokens_;
  MonotonicTime filledAt_;
};

}  // namespace shopkeeper::backup
