// When a second try is started beside the first, and how long one try may take. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "common/clock.h"
#include "common/wire/traffic_policy.h"
#include "sidecar/proxy/latency_histogram.h"

namespace shopkeeper::sidecar {

// Latencies of the last 10 to 20 s. Not thread-safe.
class RecentLatency {
 public:
  static constexpr std::chrono::seconds kTurn{10};
  void record(Duration latency, MonotonicTime now);
  // 0 where nothing was measured lately.
  double quantileMs(double q, MonotonicTime now) const;
  std::uint64_t count(MonotonicTime now) const;

 private:
  LatencyHistogram current_;
  LatencyHistogram previous_;
  MonotonicTime turnedAt_{};
};

// After how long without an answer a second try is worth it; nothing where hedging is off or too
// little is known. Source: "The tail at scale" (Dean, Barroso 2013).
inline constexpr std::uint64_t kHedgeSamples = 20;
std::optional<Duration> hedgeDelay(const wire::HedgePolicy& policy, const RecentLatency& latency,
                                   MonotonicTime now);

// How long one try may wait for its answer, out of `left` for the whole request. `elsewhere`: it
// may be made again at another endpoint.
Duration tryTimeout(const wire::RetryPolicy& policy, Duration left, bool elsewhere);

}  // namespace shopkeeper::sidecar
