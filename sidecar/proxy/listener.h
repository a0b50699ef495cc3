// Accepts connections of one door on one loop, bounded, and serves them.
#pragma once

#include <poll.h>

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "common/result.h"
#include "sidecar/agent/host_port.h"
#include "sidecar/proxy/proxy_stats.h"
#include "sidecar/proxy/session.h"
#include "sidecar/proxy/stream.h"

namespace shopkeeper::sidecar {

// Opens a listening socket; with `shared` several loops may listen on the same port
// (SO_REUSEPORT). Unavailable where the address cannot be bound.
Result<tcp::acceptor> openAcceptor(asio::io_context& io, const HostPort& address, bool shared);

// Lives on its loop's thread, but for construction. At the limit of connections the one that has
// been idle longest (250 ms at least) makes room for a newcomer; when none is, newcomers wait in
// the kernel's backlog.
class Listener {
 public:
  using Open = std::function<std::shared_ptr<Session>(tcp::socket)>;
  // `open` makes the session of an accepted connection.
  Listener(tcp::acceptor acceptor, asio::io_context& io, DeadlineWheel& wheel, ProxyStats& stats,
           std::size_t maxConnections, Open open);

  void start();
  // No new connections; idle ones end now, busy ones after their answer (ExchangeContext::draining
  // must be set before).
  // What the kernel has accepted already is still served.
  void stopAccepting();
  // Ends every connection at once.
  void closeAll();
  std::size_t connections() const { return connections_.size(); }

 private:
  Task<void> acceptLoop();
  void admit(tcp::socket socket);
  Task<void> serve(std::shared_ptr<Session> connection);
  Task<void> waitForRoom();
  void evictIdle();
  void lookForClients();

  tcp::acceptor acceptor_;
  asio::io_context& io_;
  ProxyStats& stats_;
  const std::size_t maxConnections_;
  const Open open_;
  asio::steady_timer gate_;
  bool stopping_ = false;
  std::unordered_map<Session*, std::shared_ptr<Session>> connections_;
  Deadline look_;  // armed while there are connections
  std::vector<pollfd> waiting_;
  std::vector<std::shared_ptr<Session>> waiters_;
};

}  // namespace shopkeeper::sidecar
