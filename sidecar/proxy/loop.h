// One event loop of the data plane: a thread, its timers, its connection pools, its listeners.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <functional>
#include <memory>
#include <thread>

#include "sidecar/proxy/client_connection.h"
#include "sidecar/proxy/data_plane.h"
#include "sidecar/proxy/listener.h"
#include "sidecar/proxy/tcp_session.h"

namespace shopkeeper::sidecar {

class DataPlane::Loop {
 public:
  Loop(const SidecarConfig& config, const UpstreamTable& table, const Gate& ingress,
       const Gate& egress, const std::atomic<bool>& ingressDraining, AccessSink* access,
       const FaultTable* faults, MeshTls* mesh);
  // Ends every connection, then joins the thread.
  ~Loop();

  // Binds the addresses in `found`; port 0 becomes the port found, for the loops after the first.
  Status listen(SidecarConfig& found);
  void run();

  // Runs `work` on the loop's thread and waits; false where it did not run within `timeout`.
  bool call(std::function<void()> work, std::chrono::milliseconds timeout);

  void closeIngress();
  const ProxyStats& ingressStats() const { return ingressStats_; }
  const ProxyStats& egressStats() const { return egressStats_; }
  const ProxyStats& tcpStats(std::size_t port) const { return tcp_[port]->stats; }

 private:
  ExchangeContext contextFor(const Gate& gate, const ListenerLimits& limits, ProxyStats& stats,
                             bool isIngress);
  std::unique_ptr<Listener> openDoor(tcp::acceptor acceptor, const ExchangeContext& context);
  // One port of the TCP mode.
  struct TcpPort {
    ProxyStats stats;
    std::unique_ptr<Listener> listener;
  };
  Status listenTcp(const EgressTcpConfig& configured, HostPort& found);
  template <class Fn>
  void forEachListener(Fn fn) {
    fn(*ingress_);
    fn(*egress_);
    for (const auto& port : tcp_) fn(*port->listener);
  }
  std::uint64_t openConnections() const;
  void sweepLater();

  const SidecarConfig& config_;
  const UpstreamTable& table_;
  const Gate& ingressGate_;
  const Gate& egressGate_;
  const std::atomic<bool>& ingressDraining_;
  AccessSink* const access_;
  const FaultTable* const faults_;
  MeshTls* const mesh_;
  const std::atomic<bool> never_{false};  // the egress does not drain
  ProxyStats ingressStats_;
  ProxyStats egressStats_;

  // Sockets and timers are touched by the loop's thread only, so the reactor needs no locks; others
  // may still post.
  asio::io_context io_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  DeadlineWheel wheel_;
  ConnectionPool ingressPool_;
  ConnectionPool egressPool_;
  FallbackCache fallback_;
  asio::steady_timer sweeper_;
  std::unique_ptr<Listener> ingress_;
  std::unique_ptr<Listener> egress_;
  std::vector<std::unique_ptr<TcpPort>> tcp_;
  std::thread thread_;
};

}  // namespace shopkeeper::sidecar
