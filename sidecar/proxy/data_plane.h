// The data plane: `workers` event loops, each with listeners for ingress, egress and TCP.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/result.h"
#include "sidecar/agent/config.h"
#include "sidecar/proxy/proxy_stats.h"
#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {

struct DoorCounts {
  std::uint64_t accepted = 0, open = 0, inFlight = 0, timedOut = 0, evicted = 0, malformed = 0,
                ownAnswers = 0, stale = 0, bytesIn = 0, bytesOut = 0, secured = 0;
  std::array<std::uint64_t, 6> byClass{};
  std::array<std::uint64_t, kMeshRefusals> refused{};  // by MeshRefusal
};

// The sidecar's certificate for others.
struct MeshView {
  std::uint64_t generation = 0;  // how many were taken since the start
  std::int64_t expiresAt = 0;    // seconds since 1970
};

class AccessSink;
class FaultTable;
class Gate;
class MeshTls;
class SharedState;

// Thread-safe. The destructor ends all connections and joins the loops.
class DataPlane {
 public:
  // Binds both ports and starts serving. `table`, `clock`, `access` and `faults` (the last two may
  // be null) must outlive the data plane.
  static Result<std::unique_ptr<DataPlane>> start(const SidecarConfig& config,
                                                  const SharedState& state,  // outlives it too
                                                  const UpstreamTable& table, const Clock& clock,
                                                  AccessSink* access = nullptr,
                                                  const FaultTable* faults = nullptr);
  ~DataPlane();

  std::uint16_t ingressPort() const;
  std::uint16_t egressPort() const;
  std::uint16_t tcpPort(std::size_t index) const;  // of egress.tcp

  // The service behind the ingress, as an upstream of one endpoint: counts and latencies.
  const Upstream& service() const { return *service_; }
  DoorCounts ingressCounts() const;
  DoorCounts egressCounts() const;
  std::vector<std::pair<std::string, DoorCounts>> tcpCounts() const;  // by name

  std::optional<MeshView> mesh() const;  // none where mutual TLS is off

  // From now on answers carry "Connection: close", so that peers let go of kept connections.
  void announceDrain();
  // Closes the ingress port; idle connections end, busy ones after their answer.
  void closeIngress();
  // Waits until no request is in flight and no connection is open at the ingress; false after
  // `timeout`.
  bool waitIngressEmpty(std::chrono::milliseconds timeout);

  // Every loop answers within `timeout`.
  bool alive(std::chrono::milliseconds timeout);

 private:
  class Loop;
  DataPlane(const SidecarConfig& config, const SharedState& state, const UpstreamTable& table,
            const Clock& clock);

  SidecarConfig config_;  // listen addresses with the ports that were found
  const UpstreamTable& table_;
  std::shared_ptr<Upstream> service_;
  std::unique_ptr<Gate> ingressGate_;
  std::unique_ptr<Gate> egressGate_;
  std::unique_ptr<MeshTls> mesh_;
  std::atomic<bool> draining_{false};
  std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace shopkeeper::sidecar
