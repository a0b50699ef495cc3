// The last heartbeat of every sidecar.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/wire/heartbeat.h"
#include "operator/kube/resource.h"

namespace shopkeeper::control {

struct SidecarReport {
  bool serviceHealthy = false;
  std::string serviceReason;
  bool draining = false;
};

// Bounded by `maxPods` (heartbeats of more pods are dropped and counted) and by time: a sidecar
// that was silent for `life` is forgotten. Thread-safe.
class HeartbeatRegistry {
 public:
  struct Options {
    std::size_t maxPods = 20'000;
    // Ten missed heartbeats: longer than an operator's change of leader, shorter than a kubelet's
    // notice of a dead node.
    Duration life = std::chrono::seconds(10);
  };
  HeartbeatRegistry(Options options, const Clock& clock);

  enum class Change {
    None,
    State,    // health or draining changed, or the pod is new
    Dropped,  // the registry is full
  };
  Change observe(const wire::Heartbeat& heartbeat);

  // Forgets silent sidecars; returns the guides they belonged to, each once.
  std::vector<kube::ObjectKey> expire();
  // This process just began to hear heartbeats: silence before now means nothing.
  void restart();
  // Whether it has listened long enough for a missing heartbeat to mean something.
  bool settled() const;

  std::optional<SidecarReport> report(const std::string& ns, const std::string& pod) const;
  std::size_t size() const;

 private:
  struct Entry {
    kube::ObjectKey guide;
    SidecarReport report;
    MonotonicTime seen;
  };
  const Options options_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  MonotonicTime since_;
  std::map<kube::ObjectKey, Entry> entries_;  // by namespace and pod
};

}  // namespace shopkeeper::control
