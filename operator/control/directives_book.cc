#include "operator/control/directives_book.h"

namespace shopkeeper::control {
namespace {

// More transitions than any lease will ever see: what is above is no generation of ours.
constexpr std::uint64_t kMaxGeneration = std::uint64_t{1} << 62;

}  // namespace

void DirectivesBook::lead(std::uint64_t leaseTransitions) {
  std::lock_guard lock(mutex_);
  entries_.clear();
  last_ = leaseTransitions << 32;
}

bool DirectivesBook::update(const kube::ObjectKey& guide, TrafficPlan plan) {
  std::lock_guard lock(mutex_);
  auto [it, isNew] = entries_.try_emplace(guide);
  if (!isNew && it->second.plan == plan) return false;
  it->second = {std::move(plan), ++last_};
  return true;
}

void DirectivesBook::forget(const kube::ObjectKey& guide) {
  std::lock_guard lock(mutex_);
  entries_.erase(guide);
}

std::optional<wire::Directives> DirectivesBook::newerThan(std::uint64_t applied,
                                                          const kube::ObjectKey& guide,
                                                          api::Component caller) {
  std::lock_guard lock(mutex_);
  const auto it = entries_.find(guide);
  if (it == entries_.end()) return std::nullopt;
  auto& entry = it->second;
  if (applied > last_ && applied < kMaxGeneration) {
    last_ = applied + 1;
    entry.generation = last_;
  } else if (applied > entry.generation && applied < kMaxGeneration) {
    entry.generation = ++last_;
  }
  if (applied == entry.generation) return std::nullopt;
  wire::Directives directives;
  directives.guide = guide.name;
  directives.nameSpace = guide.ns;
  directives.generation = entry.generation;
  directives.upstreams = upstreamsFor(caller, entry.plan);
  directives.faults = faultsFor(caller, entry.plan);
  return directives;
}

std::set<std::string> DirectivesBook::standbysOf(const kube::ObjectKey& guide) const {
  std::lock_guard lock(mutex_);
  std::set<std::string> out;
  const auto it = entries_.find(guide);
  if (it == entries_.end()) return out;
  for (const auto& upstream : it->second.plan.upstreams) {
    for (const auto& endpoint : upstream.endpoints) {
      if (endpoint.tier == wire::Tier::Standby) out.insert(endpoint.address);
    }
  }
  return out;
}

std::uint64_t DirectivesBook::generationOf(const kube::ObjectKey& guide) const {
  std::lock_guard lock(mutex_);
  const auto it = entries_.find(guide);
  return it == entries_.end() ? 0 : it->second.generation;
}

}  // namespace shopkeeper::control
