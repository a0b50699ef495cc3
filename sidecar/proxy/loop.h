// One event loop of the data plane: a thread, its timers, its connection pools, its two listeners.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <functional>
#include <memory>
#include <thread>

#include "sidecar/proxy/data_plane.h"
#include "sidecar/proxy/listener.h"

namespace shopkeeper::sidecar {

class DataPlane::Loop {
 public:
  Loop(const SidecarConfig& config, const Gate& ingress, const Gate& egress,
       const std::atomic<bool>& ingressDraining, AccessSink* access);
  // Ends every connection, then joins the thread.
  ~Loop();

  // Binds; port 0 in `config` becomes the port found, for the loops after the first.
  Status listen(HostPort& ingress, HostPort& egress);
  void run();

  // Runs `work` on the loop's thread and waits; false where it did not run within `timeout`.
  bool call(std::function<void()> work, std::chrono::milliseconds timeout);

  void closeIngress();
  const ProxyStats& ingressStats() const { return ingressStats_; }
  const ProxyStats& egressStats() const { return egressStats_; }

 private:
  ExchangeContext contextFor(const Gate& gate, const ListenerLimits& limits, ProxyStats& stats,
                             bool isIngress);
  void sweepLater();

  const SidecarConfig& config_;
  const Gate& ingressGate_;
  const Gate& egressGate_;
  const std::atomic<bool>& ingressDraining_;
  AccessSink* const access_;
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
  asio::steady_timer sweeper_;
  std::unique_ptr<Listener> ingress_;
  std::unique_ptr<Listener> egress_;
  std::thread thread_;
};

}  // namespace shopkeeper::sidecar
