// The sidecars' door: POST /v1/heartbeat (docs/architecture.md, docs/formats/wire.md).
#pragma once

#include <functional>
#include <string>

#include "common/http/message.h"
#include "common/metrics.h"
#include "operator/control/directives_book.h"
#include "operator/control/heartbeat_registry.h"
#include "operator/control/token_reviewer.h"
#include "operator/control/traffic_ledger.h"

namespace shopkeeper::control {

// Answers 200 with directives, 204, 400 (no heartbeat), 401 (no valid token), 403 (another pod's
// heartbeat), 421 with the leader's address, 503 while the token cannot be judged.
// Thread-safe; everything referred to must outlive it.
class ControlApi {
 public:
  struct Deps {
    TokenReviewer& tokens;
    HeartbeatRegistry& heartbeats;
    TrafficLedger& traffic;
    DirectivesBook& book;
    std::function<bool()> leading;
    std::function<std::string()> leaderAddress;  // "ip:port", empty where unknown
    // A sidecar's state changed: its guide's plan and status must be looked at.
    std::function<void(const kube::ObjectKey& guide)> changed;
    Metrics& metrics;
  };
  explicit ControlApi(Deps deps);

  http::Response heartbeat(const http::Request& request);

 private:
  http::Response answer(const http::Request& request);

  Deps deps_;
};

}  // namespace shopkeeper::control
