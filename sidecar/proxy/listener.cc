#include "sidecar/proxy/listener.h"

#include <sys/socket.h>

#include "sidecar/proxy/task_operation.h"

namespace shopkeeper::sidecar {
namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::chrono::milliseconds kBreathe{50};
constexpr std::chrono::milliseconds kMinIdle{250};
constexpr std::chrono::milliseconds kLookEvery{100};

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

Listener::Listener(tcp::acceptor acceptor, asio::io_context& io, DeadlineWheel& wheel,
                   ProxyStats& stats, std::size_t maxConnections, Open open)
    : acceptor_(std::move(acceptor)),
      io_(io),
      stats_(stats),
      maxConnections_(maxConnections),
      open_(std::move(open)),
      gate_(io),
      look_(wheel, [this] { lookForClients(); }) {}

void Listener::start() { spawn(io_, acceptLoop()); }

Task<void> Listener::acceptLoop() {
  while (!stopping_) {
    error_code error;
    if (connections_.size() >= maxConnections_) {
      co_await acceptor_.async_wait(tcp::acceptor::wait_read, resultIn(error));
      if (stopping_) break;
      if (connections_.size() >= maxConnections_) {
        evictIdle();
        co_await waitForRoom();
        continue;
      }
    }
    tcp::socket socket = co_await acceptor_.async_accept(resultIn(error));
    if (stopping_) break;
    if (error) {  // out of descriptors, or a peer that vanished
      co_await waitForRoom();
      continue;
    }
    admit(std::move(socket));
  }
}

void Listener::admit(tcp::socket socket) {
  stats_.accepted.add();
  stats_.open.add();
  auto connection = open_(std::move(socket));
  connections_.emplace(connection.get(), connection);
  spawn(io_, serve(std::move(connection)));
  if (!look_.armed()) look_.arm(kLookEvery);
}

// Who waits for an answer is not read from. One system call for all of them, a few times a second,
// instead of one or more a request.
void Listener::lookForClients() {
  waiting_.clear();
  waiters_.clear();
  for (const auto& [key, connection] : connections_) {
    const int descriptor = connection->waitingSocket();
    if (descriptor < 0) continue;
    waiting_.push_back({descriptor, POLLRDHUP, 0});
    waiters_.push_back(connection);
  }
  const int found = waiting_.empty() ? 0 : ::poll(waiting_.data(), waiting_.size(), 0);
  for (std::size_t i = 0; found > 0 && i < waiting_.size(); ++i) {
    if (waiting_[i].revents == 0) continue;
    waiters_[i]->onClientEnd(/*broken=*/(waiting_[i].revents & (POLLERR | POLLHUP)) != 0);
  }
  waiters_.clear();
  if (!connections_.empty()) look_.arm(kLookEvery);
}

Task<void> Listener::waitForRoom() {
  gate_.expires_after(kBreathe);
  error_code woken;
  co_await gate_.async_wait(resultIn(woken));
}

Task<void> Listener::serve(std::shared_ptr<Session> connection) {
  co_await connection->serve();
  connections_.erase(connection.get());
  stats_.open.subtract();
  gate_.cancel();
}

void Listener::evictIdle() {
  Session* oldest = nullptr;
  const auto recent = std::chrono::steady_clock::now() - kMinIdle;
  for (const auto& [key, connection] : connections_) {
    if (!connection->idle() || connection->idleSince() > recent) continue;
    if (oldest == nullptr || connection->idleSince() < oldest->idleSince()) oldest = key;
  }
  if (oldest == nullptr) return;
  stats_.evicted.add();
  oldest->closeIfIdle();
}

void Listener::stopAccepting() {
  if (stopping_) return;
  stopping_ = true;
  for (const auto& [key, connection] : connections_) connection->closeIfIdle();
  error_code error;
  acceptor_.non_blocking(true, error);
  while (!error && connections_.size() < maxConnections_) {
    tcp::socket waiting(io_);
    acceptor_.accept(waiting, error);
    if (!error) admit(std::move(waiting));
  }
  acceptor_.close(error);
  gate_.cancel();
}

void Listener::closeAll() {
  for (const auto& [key, connection] : connections_) connection->close();
}

}  // namespace shopkeeper::sidecar
