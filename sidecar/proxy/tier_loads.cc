#include "sidecar/proxy/tier_loads.h"

#include <algorithm>
#include <array>

namespace shopkeeper::sidecar {
namespace {

// Shares of `capacities` in whole percent that add up to 100: the largest remainders are rounded
// up.
void divide(std::span<const int> capacities, int total, std::span<TierLoad> loads) {
  int left = 100;
  for (std::size_t i = 0; i < capacities.size(); ++i) {
    loads[i].percent = capacities[i] * 100 / total;
    left -= loads[i].percent;
  }
  std::array<bool, kMaxTiers> raised{};
  for (; left > 0; --left) {
    std::size_t most = 0;
    int remainder = -1;
    for (std::size_t i = 0; i < capacities.size(); ++i) {
      if (!raised[i] && capacities[i] * 100 % total > remainder) {
        most = i;
        remainder = capacities[i] * 100 % total;
      }
    }
    raised[most] = true;
    ++loads[most].percent;
  }
}

}  // namespace

int tierLoads(std::span<const int> health, const wire::TierPolicy& policy,
              std::span<TierLoad> loads) {
  std::array<int, kMaxTiers> capacity{};
  const std::size_t count = std::min(health.size(), kMaxTiers);
  int total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    capacity[i] = std::min(100, std::max(0, health[i]) * policy.overprovisionPercent / 100);
    total += capacity[i];
    loads[i] = {};
  }
  if (total >= 100) {
    int left = 100;
    for (std::size_t i = 0; i < count; ++i) {
      loads[i].percent = std::min(left, capacity[i]);
      left -= loads[i].percent;
    }
    return 100;
  }
  for (std::size_t i = 0; i < count; ++i) {
    loads[i].panic = health[i] >= 0 && health[i] < policy.panicPercent;
  }
  if (total > 0) {
    divide({capacity.data(), count}, total, loads);
    return total;
  }
  for (std::size_t i = 0; i < count && policy.panicPercent > 0; ++i) {
    if (health[i] < 0) continue;
    loads[i].percent = 100;
    break;
  }
  return 0;
}

int TierHoldDown::settle(int health, Duration failback, MonotonicTime now) {
  MonotonicTime since = now;
  while (!levels_.empty() && levels_.back().percent >= health) {
    since = levels_.back().since;
    levels_.pop_back();
  }
  levels_.push_back({health, since});
  // The lowest one is what it fell to last, or began with: in force however young it is.
  int settled = levels_.front().percent;
  for (const Level& level : levels_) {
    if (now - level.since >= failback) settled = level.percent;
  }
  return settled;
}

}  // namespace shopkeeper::sidecar
