// How many retries are allowed, as a share of the requests: retries must not multiply an outage.
#pragma once

#include <array>
#include <cstdint>

#include "common/clock.h"

namespace shopkeeper::sidecar {

// Over a sliding window of 10 s: retries <= percent of the requests + `perSecond` a second.
// Source: Finagle's and Linkerd's budget (20 % + 10/s, ttl 10 s); Gateway API GEP-3388 has the
// same. Not thread-safe.
class RetryBudget {
 public:
  static constexpr int kWindowSeconds = 10;

  explicit RetryBudget(int percent = 20, int perSecond = 10)
      : percent_(percent), perSecond_(perSecond) {}

  // 0 percent allows no retry at all, those per second included.
  void setLimits(int percent, int perSecond) {
    percent_ = percent;
    perSecond_ = perSecond;
  }
  void onRequest(MonotonicTime now);
  // Takes one retry out of the budget; false where none is left.
  bool spend(MonotonicTime now);

 private:
  struct Second {
    std::int64_t second = -1;
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;
  };
  Second& at(MonotonicTime now);

  int percent_;
  int perSecond_;
  std::array<Second, kWindowSeconds> ring_{};
};

}  // namespace shopkeeper::sidecar
