// The faults that drills inject at this pod's ingress. Each ends by itself: the deadline is kept
// here, on this process' monotonic clock, so nothing outlives the drill whatever happens to the
// operator, and a restarted sidecar has none.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/random.h"
#include "common/wire/directives.h"

namespace shopkeeper::sidecar {

// Thread-safe. Free of cost while no fault is active: one relaxed load a request.
class FaultTable {
 public:
  // Whose faults are taken: those that name `component` and either no pod or `pod`.
  FaultTable(std::string component, std::string pod)
      : component_(std::move(component)), pod_(std::move(pod)) {}

  // The whole list as of now. A fault that is gone from it ends; one whose id was seen before keeps
  // its end, past or not.
  void apply(const std::vector<wire::Fault>& faults, MonotonicTime now);

  // What happens to the next request: the first active fault whose percentage it falls into.
  std::optional<wire::Fault> choose(MonotonicTime now, Random& random) const;

  bool isActive(const std::string& id, MonotonicTime now) const;
  // Ids of the active ones, sorted.
  std::vector<std::string> active(MonotonicTime now) const;

 private:
  struct Known {
    wire::Fault fault;
    MonotonicTime until;
  };

  const std::string component_;
  const std::string pod_;
  mutable std::mutex mutex_;
  std::map<std::string, Known> known_;  // by id
  std::atomic<bool> any_{false};
};

}  // namespace shopkeeper::sidecar
