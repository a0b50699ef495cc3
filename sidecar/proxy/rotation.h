// Who takes first tries: revisions, in them tiers, in them near and far endpoints, prepared so that
// a choice costs no more than a few comparisons.
//
//   revision (user's bucket or even sequence) -> tier (health table, hold-down) -> distance (same
//   node, zone, elsewhere: the same table over their weights) -> power of two choices
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/random.h"
#include "sidecar/proxy/endpoint_slot.h"
#include "sidecar/proxy/locality.h"
#include "sidecar/proxy/low_discrepancy.h"
#include "sidecar/proxy/revision_split.h"
#include "sidecar/proxy/selection.h"
#include "sidecar/proxy/tier_loads.h"

namespace shopkeeper::sidecar {

// Not thread-safe. Indexes are those of the EndpointSlots given to rebuild(), until they change.
class Rotation {
 public:
  // `random` must outlive it. Where `self` has no zone it is that of an endpoint on the same node.
  Rotation(Random& random, Locality self) : random_(random), self_(std::move(self)) {}

  void configure(const std::vector<wire::RevisionWeight>& revisions);
  // After any change of slots or their health, and now and then for what changes with time.
  void rebuild(const EndpointSlots& slots, const wire::TrafficPolicy& policy, MonotonicTime now);

  // The revision's group for a request; `user`: hash of the user's id, to be sticky.
  int chooseGroup(std::optional<std::uint64_t> user);
  // An endpoint of the group; -1 where none is well or none has room.
  int choose(int group, const EndpointSlots& slots, int maxInFlightPerEndpoint, MonotonicTime now);
  // Endpoints of the group that are out and not on their way down.
  const std::vector<int>& ejected(int group) const { return at(group).ejected; }
  // How willingly requests of `group` go to `other`: 0 its own, 1 one with a weight, 2 any.
  int strangeness(int group, int other) const;
  int healthyCount() const { return healthy_; }
  double typicalLatency(int group, std::size_t tier) const { return at(group).tiers[tier].typical; }

  void describe(std::vector<TierView>& tiers) const;

 private:
  static constexpr std::size_t kTiers = 2;
  struct TierPlan {
    std::array<WeightedPool, kDistances> pools;  // those that may be chosen, by distance
    WeightedPool all;
    std::array<TierLoad, kDistances> distanceLoads{};
    double typical = 0;  // latency of the quickest, ns
    int members = 0;
    int healthy = 0;
    TierHoldDown holdDown;
    TierLoad load;
    int health = -1;
  };
  struct Group {
    std::string version;
    int weight = 0;
    std::array<TierPlan, kTiers> tiers;
    std::vector<int> ejected;
    bool serving = false;
  };
  Group& at(int group) { return groups_[static_cast<std::size_t>(group)]; }
  const Group& at(int group) const { return groups_[static_cast<std::size_t>(group)]; }
  int groupOf(const wire::Endpoint& spec) const;
  void count(const EndpointSlots& slots);
  void divide(Group& group, const wire::TierPolicy& policy, MonotonicTime now);
  void fill(const EndpointSlots& slots, const wire::TrafficPolicy& policy, MonotonicTime now);

  Random& random_;
  Locality self_;
  RevisionSplit split_;
  std::size_t revisions_ = 0;
  std::vector<Group> groups_ = std::vector<Group>(1);  // one a revision, and one for the rest
  int healthy_ = 0;
  LowDiscrepancy revisionTurn_{LowDiscrepancy::kGoldenRatio};
  LowDiscrepancy endpointTurn_{LowDiscrepancy::kRootOfTwo};
  LowDiscrepancy tierTurn_{LowDiscrepancy::kRootOfThree};
  LowDiscrepancy distanceTurn_{LowDiscrepancy::kRootOfSeven};
};

}  // namespace shopkeeper::sidecar
