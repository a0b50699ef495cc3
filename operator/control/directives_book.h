// The newest plan of every guide, numbered so that sidecars never go back.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "operator/control/directives_plan.h"
#include "operator/kube/resource.h"

namespace shopkeeper::control {

// Generations are (lease transitions << 32) + a counter of this leader, so a new leader's first
// plan is newer than its predecessor's last. Where they are not (somebody deleted the Lease and its
// transitions began anew) the book numbers on from what sidecars report. Thread-safe.
class DirectivesBook {
 public:
  // This process leads from now on; plans of an earlier term are dropped.
  void lead(std::uint64_t leaseTransitions);

  // Takes note of a guide's plan; returns whether it is another one than before.
  bool update(const kube::ObjectKey& guide, TrafficPlan plan);
  void forget(const kube::ObjectKey& guide);

  // What `caller` should apply; nothing where it has the newest already or no plan is known yet.
  std::optional<wire::Directives> newerThan(std::uint64_t applied, const kube::ObjectKey& guide,
                                            api::Component caller);

  // "ip:port" of the standby pods in a guide's plan.
  std::set<std::string> standbysOf(const kube::ObjectKey& guide) const;

  std::uint64_t generationOf(const kube::ObjectKey& guide) const;

 private:
  struct Entry {
    TrafficPlan plan;
    std::uint64_t generation = 0;
  };
  mutable std::mutex mutex_;
  std::uint64_t last_ = 0;  // generation given out last
  std::map<kube::ObjectKey, Entry> entries_;
};

}  // namespace shopkeeper::control
