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

// All on the elector's thread; must return soon, or the lease is not renewed in time.
struct LeaderCallbacks {
  // Epoch: see LeaderGate::epoch().
  std::function<void(std::uint64_t epoch)> onStarted;
  // The gate is closed already. The process goes on and stands for election again.
  std::function<void()> onStopped;
  // Whoever leads now (identity), ourselves included; empty while nobody does.
  std::function<void(const std::string& identity)> onLeaderChanged;
};

// Guarantees: at most one gate is open at any time, for clocks that run at the same speed within
// (leaseDuration - renewDeadline) / leaseDuration; the gate closes by itself, without this thread,
// renewDeadline after the last successful renewal was begun. On stop() the lease is released, so
// that the next leader need not wait for it to expire: stop the controllers first, so that no write
// is under way then.
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
  // The record that holds now: ours where the attempt succeeded.
  Result<LeaseRecord> tryAcquireOrRenew(MonotonicTime now, const Call& call);
  Result<LeaseRecord> renewHeld(MonotonicTime now, const Call& call);
  Result<LeaseRecord> write(const Object& base, const LeaseRecord& record, MonotonicTime now,
                            const Call& call);
  void begin(const LeaseRecord& record, MonotonicTime since);
  void end(const char* why);
  void release();
  void announce(const std::string& identity);

  const LeaseOptions options_;
  const LeaderCallbacks callbacks_;
  Deps deps_;
  std::unique_ptr<Instruments> instruments_;
  mutable std::mutex mutex_;
  std::string leader_;
  bool leading_ = false;
  // The elector's thread only:
  LeaseObservation observed_;
  std::optional<Object> held_;  // the lease as we wrote it last
  std::jthread thread_;
};

}  // namespace shopkeeper::kube
