// One connection of the TCP mode: bytes to an endpoint of an upstream and back, for protocols that
// are not HTTP (PostgreSQL).
#pragma once

#include <optional>
#include <string>

#include "sidecar/agent/config.h"
#include "sidecar/proxy/lease.h"
#include "sidecar/proxy/proxy_stats.h"
#include "sidecar/proxy/session.h"
#include "sidecar/proxy/stream.h"
#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {

// What all sessions of one TCP port on one loop share. Outlives them.
struct TcpContext {
  asio::io_context& io;
  DeadlineWheel& wheel;
  const UpstreamTable& table;
  const EgressTcpConfig& config;
  std::chrono::milliseconds connectTimeout;
  std::chrono::milliseconds stallTimeout;
  ProxyStats& stats;
};

// A connect that fails is made again to another endpoint, within the retry budget: nothing was sent
// yet. Health of endpoints: a failed connect, a connection that breaks before the endpoint said
// anything (Reset), or its first bytes (Success). Where no endpoint accepts, the client gets a
// reset. Lives on its loop's thread.
class TcpSession final : public Session {
 public:
  TcpSession(tcp::socket socket, TcpContext& context);

  Task<void> serve() override;
  bool idle() const override { return false; }
  std::chrono::steady_clock::time_point idleSince() const override { return {}; }
  void closeIfIdle() override {}
  void close() override;

 private:
  Task<void> connect(Upstream& upstream, std::optional<Lease>& lease);
  Task<bool> dial(const EndpointId& endpoint);

  TcpContext& context_;
  Stream client_;
  Stream endpoint_;
  bool closed_ = false;
};

}  // namespace shopkeeper::sidecar
