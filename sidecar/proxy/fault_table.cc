#include "sidecar/proxy/fault_table.h"

namespace shopkeeper::sidecar {

void FaultTable::apply(const std::vector<wire::Fault>& faults, MonotonicTime now) {
  std::lock_guard lock(mutex_);
  std::map<std::string, Known> next;
  for (const wire::Fault& fault : faults) {
    if (fault.component != component_) continue;
    if (!fault.pod.empty() && fault.pod != pod_) continue;
    const auto seen = known_.find(fault.id);
    const auto until =
        seen != known_.end() ? seen->second.until : now + std::chrono::milliseconds(fault.ttlMs);
    next.insert_or_assign(fault.id, Known{fault, until});
  }
  known_ = std::move(next);
  any_.store(!known_.empty(), std::memory_order_relaxed);
}

std::optional<wire::Fault> FaultTable::choose(MonotonicTime now, Random& random) const {
  if (!any_.load(std::memory_order_relaxed)) return std::nullopt;
  std::lock_guard lock(mutex_);
  for (const auto& [id, known] : known_) {
    if (now >= known.until) continue;
    if (random.uniform() * 100 < known.fault.percent) return known.fault;
  }
  return std::nullopt;
}

bool FaultTable::isActive(const std::string& id, MonotonicTime now) const {
  std::lock_guard lock(mutex_);
  const auto known = known_.find(id);
  return known != known_.end() && now < known->second.until;
}

std::vector<std::string> FaultTable::active(MonotonicTime now) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, known] : known_) {
    if (now < known.until) ids.push_back(id);
  }
  return ids;
}

}  // namespace shopkeeper::sidecar
