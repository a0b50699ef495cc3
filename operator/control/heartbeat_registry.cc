#include "operator/control/heartbeat_registry.h"

#include <set>

namespace shopkeeper::control {

HeartbeatRegistry::HeartbeatRegistry(Options options, const Clock& clock)
    : options_(options), clock_(clock), since_(clock.now()) {}

HeartbeatRegistry::Change HeartbeatRegistry::observe(const wire::Heartbeat& heartbeat) {
  std::lock_guard lock(mutex_);
  const kube::ObjectKey pod{heartbeat.nameSpace, heartbeat.pod};
  auto it = entries_.find(pod);
  const bool isNew = it == entries_.end();
  if (isNew) {
    if (entries_.size() >= options_.maxPods) return Change::Dropped;
    it = entries_.emplace(pod, Entry()).first;
  }
  auto& entry = it->second;
  const bool changed = isNew || entry.report.serviceHealthy != heartbeat.serviceHealthy ||
                       entry.report.draining != heartbeat.draining;
  entry.guide = {heartbeat.nameSpace, heartbeat.guide};
  entry.report = {heartbeat.serviceHealthy, heartbeat.serviceReason.substr(0, 256),
                  heartbeat.draining};
  entry.seen = clock_.now();
  return changed ? Change::State : Change::None;
}

std::vector<kube::ObjectKey> HeartbeatRegistry::expire() {
  std::lock_guard lock(mutex_);
  const auto oldest = clock_.now() - options_.life;
  std::set<kube::ObjectKey> guides;
  std::erase_if(entries_, [&](const auto& item) {
    if (item.second.seen >= oldest) return false;
    guides.insert(item.second.guide);
    return true;
  });
  return {guides.begin(), guides.end()};
}

void HeartbeatRegistry::restart() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  since_ = clock_.now();
}

bool HeartbeatRegistry::settled() const {
  std::lock_guard lock(mutex_);
  return clock_.now() - since_ >= options_.life;
}

std::optional<SidecarReport> HeartbeatRegistry::report(const std::string& ns,
                                                       const std::string& pod) const {
  std::lock_guard lock(mutex_);
  const auto it = entries_.find({ns, pod});
  if (it == entries_.end()) return std::nullopt;
  return it->second.report;
}

std::size_t HeartbeatRegistry::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace shopkeeper::control
