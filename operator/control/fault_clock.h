// Ends faults on the operator's side too: an annotation that nobody takes away must not hit pods
// that start later.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/wire/directives.h"
#include "operator/kube/resource.h"

namespace shopkeeper::control {

// Remembers when it first saw the id of a fault. A new leader begins anew: sidecars that had the
// fault ignore its id, pods that started meanwhile may have it once more. Not thread-safe.
class FaultClock {
 public:
  explicit FaultClock(const Clock& clock) : clock_(clock) {}

  struct Live {
    std::vector<wire::Fault> faults;  // those whose time is not over
    std::optional<Duration> nextEnd;  // when to ask again
  };
  // An id that is no longer ordered is forgotten; ordered again, it is another fault.
  Live live(const kube::ObjectKey& guide, const std::vector<wire::Fault>& ordered);
  void forget(const kube::ObjectKey& guide) { guides_.erase(guide); }

 private:
  const Clock& clock_;
  std::map<kube::ObjectKey, std::map<std::string, MonotonicTime>> guides_;
};

}  // namespace shopkeeper::control
