// Collects what the sidecar knows into heartbeats.
#pragma once

#include <map>
#include <string>

#include "common/wire/heartbeat.h"
#include "sidecar/agent/config.h"
#include "sidecar/agent/shared_state.h"
#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {

// Who this sidecar is, from the downward API.
struct PodIdentity {
  std::string pod;
  std::string node;
};

// Remembers the histograms of the heartbeat before, because quantiles are over the interval.
// Not thread-safe; what it reads from is.
class HeartbeatBuilder {
 public:
  // All must outlive the builder. `service` is the ingress side.
  HeartbeatBuilder(const SidecarConfig& config, PodIdentity identity, const SharedState& state,
                   const Upstream& service, const UpstreamTable& table);

  wire::Heartbeat next();

 private:
  wire::TrafficCounts counts(const std::string& key, const EndpointCounts& now,
                             std::map<std::string, LatencyHistogram>& seen);

  const SidecarConfig& config_;
  const PodIdentity identity_;
  const SharedState& state_;
  const Upstream& service_;
  const UpstreamTable& table_;
  std::uint64_t sequence_ = 0;
  std::map<std::string, LatencyHistogram> before_;
};

}  // namespace shopkeeper::sidecar
