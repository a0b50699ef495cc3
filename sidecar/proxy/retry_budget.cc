#include "sidecar/proxy/retry_budget.h"

namespace shopkeeper::sidecar {
namespace {

std::int64_t secondOf(MonotonicTime now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
}

}  // namespace

RetryBudget::Second& RetryBudget::at(MonotonicTime now) {
  const std::int64_t second = secondOf(now);
  Second& slot = ring_[static_cast<std::size_t>(second % kWindowSeconds)];
  if (slot.second != second) slot = Second{second, 0, 0};
  return slot;
}

void RetryBudget::onRequest(MonotonicTime now) { ++at(now).requests; }

bool RetryBudget::spend(MonotonicTime now) {
  if (percent_ == 0) return false;
  const std::int64_t oldest = secondOf(now) - kWindowSeconds + 1;
  std::uint64_t requests = 0, retries = 0;
  for (const Second& slot : ring_) {
    if (slot.second < oldest) continue;
    requests += slot.requests;
    retries += slot.retries;
  }
  const std::uint64_t allowed = requests * static_cast<std::uint64_t>(percent_) / 100 +
                                static_cast<std::uint64_t>(perSecond_) * kWindowSeconds;
  if (retries >= allowed) return false;
  ++at(now).retries;
  return true;
}

}  // namespace shopkeeper::sidecar
