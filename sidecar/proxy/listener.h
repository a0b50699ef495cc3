// Accepts connections of one door on one loop, bounded, and serves them.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <unordered_map>

#include "common/result.h"
#include "sidecar/proxy/client_connection.h"

namespace shopkeeper::sidecar {

// Opens a listening socket; with `shared` several loops may listen on the same port
// (SO_REUSEPORT). Unavailable where the address cannot be bound.
Result<tcp::acceptor> openAcceptor(asio::io_context& io, const HostPort& address, bool shared);

// Lives on its loop's thread, but for construction. At the limit of connections the one that has
// been idle longest (250 ms at least) makes room for a newcomer; when none is, newcomers wait in
// the kernel's backlog.
class Listener {
 public:
  Listener(tcp::acceptor acceptor, ExchangeContext context);

  void start();
  // No new connections; idle ones end now, busy ones after their answer (ExchangeContext::draining
  // must be set before).
  // What the kernel has accepted already is still served.
  void stopAccepting();
  // Ends every connection at once.
  void closeAll();
  std::size_t connections() const { return connections_.size(); }

 private:
  asio::awaitable<void> acceptLoop();
  void admit(tcp::socket socket);
  asio::awaitable<void> serve(std::shared_ptr<ClientConnection> connection);
  asio::awaitable<void> waitForRoom();
  void evictIdle();

  tcp::acceptor acceptor_;
  ExchangeContext context_;
  asio::steady_timer gate_;
  bool stopping_ = false;
  std::unordered_map<ClientConnection*, std::shared_ptr<ClientConnection>> connections_;
};

}  // namespace shopkeeper::sidecar
