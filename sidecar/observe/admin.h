// The admin port: /healthz /readyz /metrics /service/metrics /debug/upstreams /drain.
#pragma once

#include <atomic>
#include <memory>

#include "common/http/server.h"
#include "common/metrics.h"
#include "sidecar/agent/agent.h"
#include "sidecar/agent/drainer.h"
#include "sidecar/observe/event_log.h"

namespace shopkeeper::sidecar {

struct AdminParts {
  const SidecarConfig& config;
  const SharedState& state;
  const UpstreamTable& table;
  DataPlane& plane;
  Agent& agent;
  Drainer& drainer;
  const EventLog& events;
};

// Why the pod is not ready, or an empty text.
std::string whyNotReady(const SharedState& state);

// Thread-safe; serves until destroyed. All parts must outlive it.
class Admin {
 public:
  static Result<std::unique_ptr<Admin>> start(AdminParts parts);
  ~Admin();
  std::uint16_t port() const;

 private:
  struct Impl;
  explicit Admin(AdminParts parts);
  std::unique_ptr<Impl> impl_;
};

}  // namespace shopkeeper::sidecar
