#include "sidecar/proxy/endpoint_load.h"

#include <algorithm>
#include <cmath>

namespace shopkeeper::sidecar {
namespace {

constexpr double kNoise = 100'000;  // 0.1 ms
constexpr double kLeastShare = 0.1;

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

double weightAfter(Duration time) {
  return std::exp(-std::max(0.0, seconds(time)) / static_cast<double>(PeakEwma::kDecay.count()));
}

}  // namespace

void PeakEwma::observe(Duration latency, MonotonicTime now) {
  const double sample = std::max(1.0, static_cast<double>(latency.count()));
  if (sample >= nanoseconds_) {
    nanoseconds_ = sample;
  } else {
    const double old = weightAfter(now - at_);
    nanoseconds_ = nanoseconds_ * old + sample * (1 - old);
  }
  at_ = now;
}

double PeakEwma::decayed(MonotonicTime now) const { return nanoseconds_ * weightAfter(now - at_); }

double loadCost(const PeakEwma& latency, std::uint64_t inFlight, double share, double typical,
                MonotonicTime now) {
  const double each = latency.known() ? latency.decayed(now) : typical;
  return (static_cast<double>(inFlight) / std::max(share, 1e-3) + 1) * std::max(each, kNoise);
}

Duration failureLatency(const PeakEwma& latency, Duration elapsed, double typical) {
  const double penalty = std::min(2 * latency.measured(), 4 * typical);
  return std::max(elapsed, Duration(static_cast<std::int64_t>(penalty)));
}

double slowStart(Duration age, Duration window) {
  if (window <= Duration(0) || age >= window) return 1;
  return kLeastShare + (1 - kLeastShare) * std::max(0.0, seconds(age) / seconds(window));
}

}  // namespace shopkeeper::sidecar
