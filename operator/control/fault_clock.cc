#include "operator/control/fault_clock.h"

#include <algorithm>

namespace shopkeeper::control {

FaultClock::Live FaultClock::live(const kube::ObjectKey& guide,
                                  const std::vector<wire::Fault>& ordered) {
  Live out;
  if (ordered.empty()) {
    guides_.erase(guide);
    return out;
  }
  const auto now = clock_.now();
  auto& seen = guides_[guide];
  std::map<std::string, MonotonicTime> kept;
  for (const auto& fault : ordered) {
    const auto it = seen.find(fault.id);
    const auto since = kept.emplace(fault.id, it != seen.end() ? it->second : now).first->second;
    const Duration left = since + std::chrono::milliseconds(fault.ttlMs) - now;
    if (left <= Duration::zero()) continue;
    out.faults.push_back(fault);
    out.nextEnd = std::min(out.nextEnd.value_or(left), left);
  }
  seen = std::move(kept);
  return out;
}

}  // namespace shopkeeper::control
