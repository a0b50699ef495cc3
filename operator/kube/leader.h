// One of several replicas leads: coordination.k8s.io/v1 Lease, compatible with client-go's.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "common/clock.h"
#include "common/metrics.h"
#include "common/random.h"
#include "operator/kube/client.h"
#include "operator/kube/leader_gate.h"
#include "operator/kube/lease.h"
#include "operator/kube/pause.h"

namespace shopkeeper::kube {

struct LeaderCallbacks {
  // On the elector's thread; must return soon. Epoch: the lease's leaseTransitions.
  std::function<void(std::uint64_t epoch)> onStarted;
  // The gate is closed already. The process goes on and stands for election again.
  std::function<void()> onStopped;
  // Whoever leads now (identity), ourselves included; empty while nobody does.
  std::function<void(const std::string& identity)> onLeaderChanged;
};

// Guarantees: at most one gate is open at any time, for clocks that run at the same speed within
// (leaseDuration - renewDeadline) / leaseDuration; the gate closes by itself, without this thread,
// renewDeadline after the last successful renewal was begun. On stop() the lease is released, so
// that the next leader need not wait for it to expire.
// Assumptions: client is not fenced (or nothing could be acquired); `clock` is bootClock().
class LeaderElector {
 public:
  struct Deps {
    Client& client;
    const Clock& clock;
    Random& random;
    Pause& pause;
    LeaderGate& gate;
    Metrics* metrics = nullptr;  // leader_election_master_status{name}
  };
  LeaderElector(LeaseOptions options, LeaderCallbacks callbacks, Deps deps);
  ~LeaderElector();  // stops

  // InvalidArgument where the durations do not fit together.
  static Status validate(const LeaseOptions& options);

  void start();
  // Steps down, releases the lease and joins the thread. Idempotent.
  void stop();

  bool leading() const;
  std::string leader() const;

  // One attempt to get or keep the lease, and how long to wait until the next. start() calls this
  // in a loop; tests call it themselves.
  Duration attempt(const std::stop_token& stop);

 private:
  struct Instruments;
  Result<LeaseRecord> tryAcquireOrRenew(const std::stop_token& stop);
  void begin(const LeaseRecord& record, MonotonicTime since);
  void end();
  void release();
  void observe(const std::string& identity);

  const LeaseOptions options_;
  const LeaderCallbacks callbacks_;
  Deps deps_;
  std::unique_ptr<Instruments> instruments_;
  mutable std::mutex mutex_;
  LeaseObservation observed_;
  std::string leader_;
  bool leading_ = false;
  std::jthread thread_;
};

}  // namespace shopkeeper::kube
