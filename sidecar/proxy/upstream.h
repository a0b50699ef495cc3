// One upstream: its endpoints, their health, the choice among them, its limits and counts.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/random.h"
#include "sidecar/proxy/concurrency_limit.h"
#include "sidecar/proxy/hedge.h"
#include "sidecar/proxy/retry_budget.h"
#include "sidecar/proxy/rotation.h"

namespace shopkeeper::sidecar {

// What the choice of an endpoint depends on.
struct PickRequest {
  std::optional<std::uint64_t> user;       // userHash() of the user's id
  std::optional<wire::Priority> priority;  // else the policy's
  // It can be made again elsewhere, so it may test an ejected endpoint.
  bool mayProbe = false;
  // Endpoints this request was sent to before; they are not chosen again. A second or later try,
  // a hedge too, is paid from the retry budget.
  std::span<const EndpointRef> tried;
  // Beside the last one of `tried`, which still waits: nothing but a healthy endpoint of the same
  // revision and tier will do.
  bool hedge = false;
};

// A copy to be sent: where, and whether its answer is compared.
struct MirrorPick {
  std::string version;
  bool compare = false;
  EndpointRef endpoint;
};
enum class MirrorResult { Same, Different, Failed, NotCompared };

// Thread-safe: used by all loops, the agent and the admin port. One mutex, held shortly.
class Upstream {
 public:
  // `clock` and `random` must outlive it. `listener` is called without the lock, on the thread that
  // caused the change.
  Upstream(std::string name, const Clock& clock, HealthListener listener = {},
           Random& random = systemRandom(), Locality self = {});

  const std::string& name() const { return name_; }
  std::shared_ptr<const wire::TrafficPolicy> policy() const;

  // Replaces policy, weights and endpoints. Endpoints that stay (same address and pod) keep their
  // health and counts; new ones start healthy, and slowly where the upstream had others before.
  void configure(const wire::Upstream& spec);

  enum class Refusal { NoEndpoint, Overload, BudgetSpent };
  struct Pick {
    EndpointRef endpoint;  // null: refused
    Refusal refusal = Refusal::NoEndpoint;
    MonotonicTime startedAt{};
    MonotonicTime answeredAt{};  // set by answered()
    bool retry = false;
    bool hedge = false;
    bool won = false;          // a hedge whose answer the client gets; set by its holder
    bool alternative = false;  // another healthy endpoint was there to choose
    std::size_t slot = 0;      // where the endpoint was at that time
    int waiting = WaitingTries::kNone;
  };
  // Chooses for the next try of a request. Every pick with an endpoint must be given back to
  // finish() exactly once.
  Pick pick(const PickRequest& request);
  // The head of the answer came. `outcome`: what it says so far.
  void answered(Pick& pick, Outcome outcome);
  void finish(const Pick& pick, Outcome outcome);

  // False once the endpoint of a try under way was found dead or hanging after the try began: where
  // it may be made elsewhere it is better ended, as a Timeout, than waited for.
  bool worthWaiting(const Pick& pick);
  // After how long without an answer a second try beside the first is worth it: pick() it with
  // `hedge`. Nothing: never.
  std::optional<Duration> hedgeDelay() const;
  // Another try of the same request was quicker; finish() it as Neutral. No blame, but the time
  // that a first try took so far counts as a latency: its answer would have taken longer.
  void outrun(const Pick& pick);

  // Whether this request is one that a mirror gets a copy of. Copies weigh on no count, limit or
  // health of the upstream.
  std::optional<MirrorPick> pickMirror();
  void mirrored(const std::string& version, MirrorResult result);

  // Endpoints whose last sign is older than `idleFor`, and ejected ones.
  std::vector<EndpointRef> wantingCheck(Duration idleFor);
  void checked(const EndpointRef& endpoint, CheckResult result);

  UpstreamView view() const;

 private:
  struct RevisionCounts {
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
  };
  template <class Change>
  auto change(Change make);
  EndpointSlot* find(const EndpointId* id, std::size_t hint) const;
  Pick choose(const PickRequest& request, MonotonicTime now);
  int chooseFirst(const PickRequest& request, int group, MonotonicTime now);
  int chooseAny(const PickRequest& request, int group, const EndpointSlot* beside,
                MonotonicTime now, bool& full) const;
  int pinned() const;
  void recordAnswer(EndpointSlot& slot, MonotonicTime startedAt, Outcome outcome,
                    MonotonicTime now);

  // upstream_mirror.cc
  void configureMirrors(const std::vector<wire::Mirror>& specs);

  // upstream_outliers.cc
  void sweep(MonotonicTime now);
  void findHanging(MonotonicTime now);
  void findSlow(MonotonicTime now);
  void consider(EndpointSlot& slot, const Suspicion& suspicion, MonotonicTime now);
  std::string whyNot(const EndpointSlot& slot, const Suspicion& suspicion) const;
  void noteHealth(const EndpointSlot& slot, bool wasHealthy);

  const std::string name_;
  const Clock& clock_;
  const HealthListener listener_;

  mutable std::mutex mutex_;
  std::shared_ptr<const wire::TrafficPolicy> policy_;
  std::vector<wire::RevisionWeight> revisions_;
  std::string pin_;
  EndpointSlots slots_;
  Rotation rotation_;
  struct MirrorState {
    wire::Mirror spec;
    LowDiscrepancy turns;
    MirrorView counts;
  };
  std::vector<MirrorState> mirrors_;
  bool known_ = false;  // had endpoints before
  bool dirty_ = true;   // the rotation is older than the slots
  MonotonicTime nextSweep_{};
  std::vector<HealthEvent> events_;  // to be told after the lock is gone
  RetryBudget budget_;
  ConcurrencyLimit limit_;
  RecentLatency recent_;
  std::uint64_t answers_ = 0;
  std::map<std::string, RevisionCounts, std::less<>> counts_;  // by version
  std::uint64_t inFlight_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t retriesRefused_ = 0;
  HedgeCounts hedges_;
  std::uint64_t noEndpoint_ = 0;
  std::uint64_t overload_ = 0;
  std::array<std::uint64_t, 3> shed_{};
};

}  // namespace shopkeeper::sidecar
