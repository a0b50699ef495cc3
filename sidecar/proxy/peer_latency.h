// Is an endpoint slow compared to its peers? Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/clock.h"
#include "common/wire/traffic_policy.h"

namespace shopkeeper::sidecar {

// The last latencies of one endpoint. Few and recent, not a long window: what turned slow just now
// must show at once. Not thread-safe.
class LastLatencies {
 public:
  static constexpr std::size_t kKept = 32;

  void record(Duration latency, Duration window, MonotonicTime now);
  void clear() { count_ = 0; }
  // Of the last min(`samples`, kKept), in milliseconds; nothing while there are fewer.
  std::optional<double> median(int samples) const;

 private:
  std::array<std::uint32_t, kKept> micros_{};
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  MonotonicTime last_{};
};

// For each endpoint the median of the others' medians (of two the lower one, so that one good peer
// of two is enough to tell); negative where no other is known. `medians`: negative where not known.
void mediansOfOthers(std::span<const double> medians, std::vector<double>& others);

// Slower than latencyFactor times its peers and than latencyMinMs.
bool slowerThanPeers(double medianMs, double othersMs, const wire::OutlierPolicy& policy);

}  // namespace shopkeeper::sidecar
