#include "sidecar/proxy/rotation.h"

#include <algorithm>

#include "sidecar/proxy/user_bucket.h"

namespace shopkeeper::sidecar {
namespace {

template <class Loads, class LoadOf>
std::size_t pickLoad(const Loads& loads, LoadOf loadOf, LowDiscrepancy& turn) {
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (loadOf(loads[i]) == 100) return i;
  }
  double wanted = turn.next() * 100;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (wanted < loadOf(loads[i])) return i;
    wanted -= loadOf(loads[i]);
  }
  return loads.size();
}

int percent(double part, double whole) {
  if (whole <= 0) return -1;
  if (part <= 0) return 0;
  return std::clamp(static_cast<int>(part * 100 / whole + 1e-9), 1, 100);
}

}  // namespace

void Rotation::configure(const std::vector<wire::RevisionWeight>& revisions) {
  split_.set(revisions);
  revisions_ = revisions.size();
  std::vector<Group> next(revisions.size() + 1);
  for (std::size_t i = 0; i < next.size(); ++i) {
    const bool rest = i == revisions.size();
    const std::string version = rest ? std::string() : revisions[i].version;
    // Tiers keep their hold-down over new directives.
    const auto old = std::find_if(groups_.begin(), groups_.end(),
                                  [&](const Group& group) { return group.version == version; });
    if (old != groups_.end()) next[i] = *old;
    next[i].version = version;
    next[i].weight = rest ? 0 : revisions[i].weight;
  }
  groups_ = std::move(next);
}

int Rotation::groupOf(const wire::Endpoint& spec) const {
  for (std::size_t i = 0; i < revisions_; ++i) {
    if (groups_[i].version == spec.version) return static_cast<int>(i);
  }
  return static_cast<int>(revisions_);
}

void Rotation::rebuild(const EndpointSlots& slots, const wire::TrafficPolicy& policy,
                       MonotonicTime now) {
  count(slots);
  for (Group& group : groups_) divide(group, policy.tiers, now);
  fill(slots, policy, now);
}

void Rotation::count(const EndpointSlots& slots) {
  for (Group& group : groups_) {
    group.ejected.clear();
    group.serving = false;
    for (TierPlan& tier : group.tiers) {
      tier.members = tier.healthy = 0;
      tier.typical = 0;
    }
  }
  healthy_ = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    EndpointSlot& slot = *slots[i];
    slot.group = groupOf(slot.spec);
    if (self_.zone.empty() && !self_.node.empty() && slot.spec.node == self_.node) {
      self_.zone = slot.spec.zone;
    }
    if (!slot.allowed()) continue;
    const bool healthy = slot.health.healthy();
    if (healthy) ++healthy_;
    if (slot.leaving()) continue;
    Group& group = at(slot.group);
    TierPlan& tier = group.tiers[slot.tier()];
    ++tier.members;
    if (healthy) {
      ++tier.healthy;
      group.serving = true;
    } else {
      group.ejected.push_back(static_cast<int>(i));
    }
  }
}

void Rotation::divide(Group& group, const wire::TierPolicy& policy, MonotonicTime now) {
  const Duration failback = std::chrono::milliseconds(policy.failbackMs);
  std::array<int, kTiers> actual{}, settled{};
  for (std::size_t i = 0; i < kTiers; ++i) {
    TierPlan& tier = group.tiers[i];
    actual[i] = tier.health = percent(tier.healthy, tier.members);
    settled[i] = tier.holdDown.settle(actual[i], failback, now);
  }
  std::array<TierLoad, kTiers> loads;
  // A tier that is held back is better than none.
  if (tierLoads(settled, policy, loads) < 100) tierLoads(actual, policy, loads);
  for (std::size_t i = 0; i < kTiers; ++i) group.tiers[i].load = loads[i];
}

void Rotation::fill(const EndpointSlots& slots, const wire::TrafficPolicy& policy,
                    MonotonicTime now) {
  struct Weights {
    std::array<double, kDistances> usable{}, whole{};
  };
  thread_local std::vector<std::array<Weights, kTiers>> weights;  // no allocation per rebuild
  weights.assign(groups_.size(), {});
  for (Group& group : groups_) {
    for (TierPlan& tier : group.tiers) {
      tier.all.clear();
      for (WeightedPool& pool : tier.pools) pool.clear();
    }
  }
  const Duration warmUp = std::chrono::milliseconds(policy.slowStartMs);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const EndpointSlot& slot = *slots[i];
    if (!slot.allowed() || slot.leaving()) continue;
    TierPlan& tier = at(slot.group).tiers[slot.tier()];
    Weights& sums = weights[static_cast<std::size_t>(slot.group)][slot.tier()];
    const std::size_t far = policy.preferLocal ? distance(self_, slot.spec) : kDistances - 1;
    sums.whole[far] += slot.spec.weight;
    // Panic takes in what may only seem ill, never what is not there: each try would fail.
    const bool inPanic = tier.load.panic && slot.health.state() == EndpointHealth::State::Ejected &&
                         !slot.health.dead();
    if (!slot.health.healthy() && !inPanic) continue;
    const double share = slot.newSince ? slowStart(now - *slot.newSince, warmUp) : 1;
    const double weight = slot.spec.weight * share;
    tier.pools[far].add(static_cast<int>(i), weight);
    tier.all.add(static_cast<int>(i), weight);
    sums.usable[far] += weight;
    if (slot.latency.known() && (tier.typical == 0 || slot.latency.measured() < tier.typical)) {
      tier.typical = slot.latency.measured();
    }
  }
  static constexpr wire::TierPolicy kDistancePolicy{.panicPercent = 0};
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t t = 0; t < kTiers; ++t) {
      TierPlan& tier = groups_[g].tiers[t];
      const Weights& sums = weights[g][t];
      std::array<int, kDistances> health{};
      for (std::size_t d = 0; d < kDistances; ++d) {
        health[d] = percent(sums.usable[d], sums.whole[d]);
      }
      tierLoads(health, kDistancePolicy, tier.distanceLoads);
    }
  }
}

int Rotation::chooseGroup(std::optional<std::uint64_t> user) {
  if (revisions_ == 0) return 0;
  const double position = user ? (userBucket(*user) + 0.5) / kUserBuckets : revisionTurn_.next();
  const int group = split_.choose(position, [&](int index) { return at(index).serving; });
  if (group >= 0) return group;
  if (groups_.back().serving) return static_cast<int>(revisions_);
  return split_.choose(position, [](int) { return true; });
}

int Rotation::choose(int group, const EndpointSlots& slots, int maxInFlightPerEndpoint,
                     MonotonicTime now) {
  Group& from = at(group);
  const std::size_t t =
      pickLoad(from.tiers, [](const TierPlan& tier) { return tier.load.percent; }, tierTurn_);
  if (t == kTiers) return -1;
  const TierPlan& tier = from.tiers[t];
  const auto cost = [&](int item, double share) {
    const EndpointSlot& slot = *slots[static_cast<std::size_t>(item)];
    const std::uint64_t inFlight = slot.counts.inFlight;
    if (maxInFlightPerEndpoint > 0 &&
        inFlight >= static_cast<std::uint64_t>(maxInFlightPerEndpoint)) {
      return WeightedPool::kNoRoom;
    }
    return loadCost(slot.latency, inFlight, share, tier.typical, now);
  };
  const std::size_t d = pickLoad(
      tier.distanceLoads, [](const TierLoad& load) { return load.percent; }, distanceTurn_);
  if (d == kDistances) return -1;
  const int near = tier.pools[d].choose(endpointTurn_.next(), random_.uniform(), cost);
  if (d == kDistances - 1) return near;
  const int any = tier.all.choose(random_.uniform(), random_.uniform(), cost);
  if (near < 0 || any < 0) return std::max(near, any);
  const double enough = std::max(cost(any, 1), tier.typical);
  return cost(near, 1) > kLocalTolerance * enough ? any : near;
}

int Rotation::strangeness(int group, int other) const {
  if (group == other) return 0;
  return at(other).weight > 0 ? 1 : 2;
}

void Rotation::describe(std::vector<TierView>& tiers) const {
  for (const Group& group : groups_) {
    for (std::size_t t = 0; t < kTiers; ++t) {
      const TierPlan& tier = group.tiers[t];
      if (tier.members == 0) continue;
      tiers.push_back({group.version, t == 0 ? wire::Tier::Primary : wire::Tier::Standby,
                       tier.health, tier.load.percent, tier.load.panic});
    }
  }
}

}  // namespace shopkeeper::sidecar
