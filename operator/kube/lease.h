// The lease's content and the rule who may take it: pure, no I/O.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/clock.h"
#include "operator/kube/object.h"

namespace shopkeeper::kube {

struct LeaseOptions {
  std::string ns;
  std::string name;
  std::string identity;  // unique per process: "<pod>_<random>"
  // Defaults of client-go and controller-runtime. leaseDuration > renewDeadline > retryPeriod.
  std::chrono::milliseconds leaseDuration{15'000};  // how long others keep off
  std::chrono::milliseconds renewDeadline{10'000};  // after which a leader lets go by itself
  std::chrono::milliseconds retryPeriod{2'000};
};

// spec of coordination.k8s.io/v1 Lease.
struct LeaseRecord {
  std::string holder;
  std::int64_t durationSeconds = 0;
  std::string acquireTime;  // MicroTime as written; others' clocks are never compared with ours
  std::string renewTime;
  std::int64_t transitions = 0;

  bool operator==(const LeaseRecord&) const = default;
};

LeaseRecord readLease(const Object& lease);
// `base` keeps its metadata (resourceVersion!); an empty Object makes a new lease.
Object writeLease(const Object& base, const LeaseOptions& options, const LeaseRecord& record);

// A lease expires for us when its record did not change for its duration by OUR clock: the times
// written in it come from another machine and prove nothing.
struct LeaseObservation {
  std::optional<LeaseRecord> record;
  MonotonicTime since{};

  // Takes note of what was read; returns whether it was new.
  bool see(const LeaseRecord& now, MonotonicTime at);
  bool expired(MonotonicTime at) const;
};

}  // namespace shopkeeper::kube
