// How traffic is divided over tiers by their health, and when health is ignored. Pure.
#pragma once

#include <span>
#include <vector>

#include "common/clock.h"
#include "common/wire/traffic_policy.h"

namespace shopkeeper::sidecar {

struct TierLoad {
  int percent = 0;
  bool panic = false;  // health is ignored within this tier
  bool operator==(const TierLoad&) const = default;
};

// `health`: percent of each tier's endpoints that are well, best tier first; -1 where it has none.
// A tier carries health x overprovisionPercent / 100, at most all; what is left goes to the next.
// Where all together carry less than everything, each gets its part of it, and those below
// panicPercent are in panic. With nothing well at all the first tier that has endpoints gets
// everything, in panic; with panicPercent 0 nobody does. Returns what the tiers can carry, 0 to
// 100. Source: Envoy's priority and panic tables (priority.rst, panic_threshold.rst). `loads` is as
// long as `health`, at most kMaxTiers.
inline constexpr std::size_t kMaxTiers = 8;
int tierLoads(std::span<const int> health, const wire::TierPolicy& policy,
              std::span<TierLoad> loads);

// A tier's health as the division sees it: worse at once, better only after it was that much
// better for `failback` without a break. A tier that flaps within that time gives traffic away
// once. Not thread-safe.
class TierHoldDown {
 public:
  int settle(int health, Duration failback, MonotonicTime now);

 private:
  // Health was at least `percent` ever since `since`; rising, so at most 102 of them.
  struct Level {
    int percent;
    MonotonicTime since;
  };
  std::vector<Level> levels_;
};

}  // namespace shopkeeper::sidecar
