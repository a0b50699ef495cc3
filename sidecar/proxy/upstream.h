// One upstream: its endpoints, their health, the choice among them, the retry budget and counts.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/wire/directives.h"
#include "sidecar/proxy/endpoint_health.h"
#include "sidecar/proxy/latency_histogram.h"
#include "sidecar/proxy/retry_budget.h"

namespace shopkeeper::sidecar {

struct UpstreamPolicy {
  std::chrono::milliseconds timeout{5'000};  // of a request, up to the start of its answer
  int retryBudgetPercent = 20;
  std::size_t maxInFlight = 1024;  // Envoy's default for requests
  bool operator==(const UpstreamPolicy&) const = default;
};

// The identity of an endpoint: shared by requests, connection pools and the upstream, immutable.
struct EndpointId {
  std::string address;  // "10.244.1.5:8080"
  std::string host;     // IP literal
  std::uint16_t port = 0;
  std::string pod;  // or the address, where the pod is not known
};
using EndpointRef = std::shared_ptr<const EndpointId>;

struct EndpointCounts {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  std::uint64_t inFlight = 0;
  std::uint64_t retries = 0;  // tries that were a second or later one of their request
  std::map<Outcome, std::uint64_t> failures;
  LatencyHistogram latency;
};

struct EndpointView {
  wire::Endpoint spec;
  EndpointHealth::State state = EndpointHealth::State::Healthy;
  std::string reason;
  std::uint64_t ejections = 0;
  Duration ejectedFor{0};  // from now
  EndpointCounts counts;
};

struct UpstreamView {
  std::string name;
  UpstreamPolicy policy;
  std::uint64_t requests = 0;
  std::uint64_t retriesRefused = 0;  // the budget was spent
  std::uint64_t noEndpoint = 0;
  std::uint64_t overload = 0;
  std::vector<EndpointView> endpoints;
};

// A change of health worth a line in the log.
struct HealthEvent {
  std::string upstream;
  std::string address;
  std::string pod;
  bool healthy = false;
  std::string reason;
};
using HealthListener = std::function<void(const HealthEvent&)>;

// Thread-safe: one mutex, held for well under a microsecond per call.
class Upstream {
 public:
  // `clock` must outlive the upstream. `listener` may be empty; it is called without the lock.
  Upstream(std::string name, const Clock& clock, HealthListener listener = {},
           HealthPolicy health = {});

  const std::string& name() const { return name_; }
  UpstreamPolicy policy() const;

  // Endpoints that stay (same address) keep their health and counts; others begin healthy.
  void configure(const UpstreamPolicy& policy, const std::vector<wire::Endpoint>& endpoints);

  enum class Refusal { NoEndpoint, Overload, BudgetSpent };
  struct Pick {
    EndpointRef endpoint;  // null: refused
    Refusal refusal = Refusal::NoEndpoint;
    MonotonicTime startedAt{};
    MonotonicTime answeredAt{};  // set by the caller when the head of the answer came
    bool retry = false;
    bool alternative = false;  // another healthy endpoint was there to choose
  };
  // Chooses for the next try of a request; `tried` are not chosen again. `mayProbe`: the request
  // can be made again elsewhere, so it may test an ejected endpoint. A second or later try is paid
  // from the retry budget.
  // Every pick with an endpoint must be given back to finish() exactly once.
  Pick pick(std::span<const EndpointRef> tried, bool mayProbe);
  void finish(const Pick& pick, Outcome outcome);

  // Endpoints whose last sign is older than `idleFor`, and ejected ones.
  std::vector<EndpointRef> wantingCheck(Duration idleFor) const;
  void checked(const EndpointRef& endpoint, CheckResult result);

  UpstreamView view() const;

 private:
  struct Slot {
    EndpointRef id;
    wire::Endpoint spec;
    EndpointHealth health;
    EndpointCounts counts;
    std::int64_t roundRobin = 0;
  };
  Slot* find(const EndpointId& id);
  std::optional<HealthEvent> changed(const Slot& slot, bool wasHealthy) const;

  const std::string name_;
  const Clock& clock_;
  const HealthListener listener_;
  const HealthPolicy healthPolicy_;

  mutable std::mutex mutex_;
  UpstreamPolicy policy_;
  std::vector<std::unique_ptr<Slot>> slots_;
  RetryBudget budget_;
  std::size_t inFlight_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t retriesRefused_ = 0;
  std::uint64_t noEndpoint_ = 0;
  std::uint64_t overload_ = 0;
};

}  // namespace shopkeeper::sidecar
