#include "sidecar/proxy/hedge.h"

#include <algorithm>

namespace shopkeeper::sidecar {

void RecentLatency::record(Duration latency, MonotonicTime now) {
  if (now - turnedAt_ >= kTurn) {
    previous_ = now - turnedAt_ < 2 * kTurn ? current_ : LatencyHistogram();
    current_ = {};
    turnedAt_ = now;
  }
  current_.record(latency);
}

std::uint64_t RecentLatency::count(MonotonicTime now) const {
  if (now - turnedAt_ >= 2 * kTurn) return 0;
  return std::max(current_.count(), previous_.count());
}

double RecentLatency::quantileMs(double q, MonotonicTime now) const {
  if (now - turnedAt_ >= 2 * kTurn) return 0;
  return (current_.count() >= previous_.count() ? current_ : previous_).quantileMs(q);
}

std::optional<Duration> hedgeDelay(const wire::HedgePolicy& policy, const RecentLatency& latency,
                                   MonotonicTime now) {
  if (policy.quantilePercent <= 0 || latency.count(now) < kHedgeSamples) return std::nullopt;
  const std::chrono::duration<double, std::milli> quantile(
      latency.quantileMs(policy.quantilePercent / 100.0, now));
  return std::max<Duration>(std::chrono::milliseconds(policy.minDelayMs),
                            std::chrono::duration_cast<Duration>(quantile));
}

Duration tryTimeout(const wire::RetryPolicy& policy, Duration left, bool elsewhere) {
  if (policy.perTryTimeoutMs > 0) {
    return std::min<Duration>(std::chrono::milliseconds(policy.perTryTimeoutMs), left);
  }
  return elsewhere ? left / 2 : left;
}

}  // namespace shopkeeper::sidecar
