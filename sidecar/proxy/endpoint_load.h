// How expensive one more request at an endpoint is. Pure.
#pragma once

#include <cstdint>

#include "common/clock.h"

namespace shopkeeper::sidecar {

// Latency average that rises with a peak at once and decays over kDecay, also while nothing is
// measured, so that what was slow is tried again. Source: Finagle's PeakEwma (decay 10 s), also in
// linkerd2-proxy. Not thread-safe.
class PeakEwma {
 public:
  static constexpr std::chrono::seconds kDecay{10};

  void observe(Duration latency, MonotonicTime now);
  bool known() const { return nanoseconds_ > 0; }
  double decayed(MonotonicTime now) const;  // nanoseconds
  double measured() const { return nanoseconds_; }

 private:
  double nanoseconds_ = 0;
  MonotonicTime at_{};
};

// (in flight / share + 1) x latency, in nanoseconds. `typical` stands in where nothing was measured
// yet. Latencies below 0.1 ms count as equal: that is noise of the machine, not of the endpoint.
double loadCost(const PeakEwma& latency, std::uint64_t inFlight, double share, double typical,
                MonotonicTime now);

// What a failed try counts as: failing fast must not look fast (linkerd2 issue 11669). Twice what
// was measured, up to four times what is `typical`: more would keep it away for a minute.
Duration failureLatency(const PeakEwma& latency, Duration elapsed, double typical);

// Share of its weight that a new endpoint gets: grows linearly from a tenth (Envoy's minimum weight
// percent) to all of it over `window`.
double slowStart(Duration age, Duration window);

}  // namespace shopkeeper::sidecar
