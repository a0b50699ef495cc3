// The sidecar's control side: heartbeats, directives, DNS while the operator is away, the probe of
// the service and the checks of peers. One thread of its own.
#pragma once

#include <functional>
#include <memory>

#include "common/clock.h"
#include "common/http/message.h"
#include "common/random.h"
#include "sidecar/agent/config.h"
#include "sidecar/agent/heartbeat_builder.h"
#include "sidecar/agent/resolver.h"
#include "sidecar/agent/shared_state.h"
#include "sidecar/proxy/fault_table.h"
#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {

// What the agent works with; all but `makeResolver` must outlive it.
struct AgentParts {
  const SidecarConfig& config;
  PodIdentity identity;
  SharedState& state;
  UpstreamTable& table;
  const Upstream& service;  // the ingress side, for heartbeats
  const Clock& clock;
  Random& random;
  FaultTable* faults = nullptr;  // null: orders of faults are ignored
  std::function<std::unique_ptr<Resolver>(boost::asio::io_context&)> makeResolver = systemResolver;
};

class Agent {
 public:
  explicit Agent(AgentParts parts);
  // Stops at once; the operator learns of it by silence.
  ~Agent();

  // Loads the last directives into the table (a file that cannot be read is ignored with a
  // warning), then starts the thread.
  void start();
  // Sends a heartbeat now instead of at the end of the interval. Any thread.
  void poke();
  // The thread answers within `timeout`.
  bool alive(std::chrono::milliseconds timeout);
  // GET on the service's port, for /service/metrics. Any thread but the agent's.
  Result<http::Response> askService(const std::string& path, std::chrono::milliseconds timeout);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shopkeeper::sidecar
