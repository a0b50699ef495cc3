#include "sidecar/proxy/listener.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/socket.h>

namespace shopkeeper::sidecar {
namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::chrono::milliseconds kBreathe{50};

}  // namespace

Result<tcp::acceptor> openAcceptor(asio::io_context& io, const HostPort& address, bool shared) {
  error_code error;
  tcp::acceptor acceptor(io);
  const tcp::endpoint endpoint(asio::ip::make_address(address.host, error), address.port);
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && shared) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Error(ErrorCode::Unavailable,
                 "cannot listen on " + address.text() + ": " + error.message());
  }
  return Result<tcp::acceptor>(std::move(acceptor));
}

Listener::Listener(tcp::acceptor acceptor, ExchangeContext context)
    : acceptor_(std::move(acceptor)), context_(context), gate_(context.io) {}

void Listener::start() { asio::co_spawn(context_.io, acceptLoop(), asio::detached); }

asio::awaitable<void> Listener::acceptLoop() {
  while (!stopping_) {
    if (connections_.size() >= context_.limits.maxConnections) {
      evictIdle();
      co_await waitForRoom();
      continue;
    }
    error_code error;
    tcp::socket socket =
        co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (stopping_) break;
    if (error) {  // out of descriptors, or a peer that vanished
      co_await waitForRoom();
      continue;
    }
    context_.stats.accepted.add();
    context_.stats.open.add();
    auto connection = std::make_shared<ClientConnection>(std::move(socket), context_);
    connections_.emplace(connection.get(), connection);
    asio::co_spawn(context_.io, serve(std::move(connection)), asio::detached);
  }
}

asio::awaitable<void> Listener::waitForRoom() {
  gate_.expires_after(kBreathe);
  error_code woken;
  co_await gate_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

asio::awaitable<void> Listener::serve(std::shared_ptr<ClientConnection> connection) {
  co_await connection->serve();
  connections_.erase(connection.get());
  context_.stats.open.subtract();
  gate_.cancel();
}

void Listener::evictIdle() {
  ClientConnection* oldest = nullptr;
  for (const auto& [key, connection] : connections_) {
    if (!connection->idle()) continue;
    if (oldest == nullptr || connection->idleSince() < oldest->idleSince()) oldest = key;
  }
  if (oldest == nullptr) return;
  context_.stats.evicted.add();
  oldest->closeIfIdle();
}

void Listener::stopAccepting() {
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  gate_.cancel();
  for (const auto& [key, connection] : connections_) connection->closeIfIdle();
}

void Listener::closeAll() {
  for (const auto& [key, connection] : connections_) connection->close();
}

}  // namespace shopkeeper::sidecar
