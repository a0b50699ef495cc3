// When a second try is worth it, and what is learnt from the one that it outran.
#include "sidecar/proxy/upstream.h"

namespace shopkeeper::sidecar {

std::optional<Duration> Upstream::hedgeDelay() const {
  std::lock_guard lock(mutex_);
  return sidecar::hedgeDelay(policy_->hedge, recent_, clock_.now());
}

// Without these samples an endpoint would be judged by its quick answers alone, and the quantile
// would sink with each hedge that wins (Finagle's BackupRequestFilter records superseded requests
// for that reason). Finagle records superseded hedges too; here they count for nothing, because
// they began later, so that their time says little.
void Upstream::outrun(const Pick& pick) {
  if (pick.hedge) return;
  std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.now();
  const Duration latency = now - pick.startedAt;
  recent_.record(latency, now);
  limit_.onSample(latency, static_cast<int>(inFlight_), now);
  EndpointSlot* slot = find(pick.endpoint.get(), pick.slot);
  if (slot == nullptr) return;
  slot->latency.observe(latency, now);
  slot->health.onLatency(latency, now);
}

}  // namespace shopkeeper::sidecar
