// What can be seen of an upstream from outside: identities, counts, states. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/wire/directives.h"
#include "sidecar/proxy/endpoint_health.h"
#include "sidecar/proxy/latency_histogram.h"

namespace shopkeeper::sidecar {

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
  std::string reason;   // why it is out
  std::string refusal;  // why it is not out although something spoke against it
  std::uint64_t ejections = 0;
  EjectionCounts ejectionsBy{};  // by EjectionCause
  EjectionCounts refusalsBy{};
  Duration ejectedFor{0};  // from now
  EndpointCounts counts;
};

// First tries that a revision got.
struct RevisionView {
  std::string version;
  int weight = 0;  // wanted, hundredths of a percent; 0 where it is not in the directives
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
};

struct TierView {
  std::string version;  // of the revision; empty where there are none
  wire::Tier tier = wire::Tier::Primary;
  int healthPercent = 0;   // of its endpoints; -1 where it has none
  int trafficPercent = 0;  // that it is given now
  bool panic = false;
};

// Copies sent to a version, and how their answers compared.
struct MirrorView {
  std::string version;
  std::uint64_t sent = 0;
  std::uint64_t same = 0;
  std::uint64_t different = 0;
  std::uint64_t failed = 0;
};

// Second tries beside slow ones. What was started is won, lost or in flight.
struct HedgeCounts {
  std::uint64_t started = 0;
  std::uint64_t won = 0;      // the client got its answer
  std::uint64_t lost = 0;     // it got another, or left
  std::uint64_t refused = 0;  // not started: the retry budget was spent
};

struct UpstreamView {
  std::string name;
  wire::TrafficPolicy policy;
  std::uint64_t requests = 0;
  std::uint64_t retriesRefused = 0;  // the budget was spent
  HedgeCounts hedges;
  std::uint64_t noEndpoint = 0;
  std::uint64_t overload = 0;
  std::array<std::uint64_t, 3> shed{};  // of those, by wire::Priority
  std::uint64_t inFlight = 0;
  int limit = 0;  // of requests in flight, now
  std::vector<RevisionView> revisions;
  std::vector<TierView> tiers;
  std::vector<MirrorView> mirrors;
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

}  // namespace shopkeeper::sidecar
