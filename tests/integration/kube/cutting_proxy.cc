#include "tests/integration/kube/cutting_proxy.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace shopkeeper::testing {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool sendAll(int fd, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t sent = ::send(fd, bytes, count, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    count -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

// Closed only by its pump; others ask for it.
struct CuttingProxy::Link {
  int client = -1;
  int upstream = -1;
  std::atomic<bool> cut{false};
};

CuttingProxy::CuttingProxy(int upstreamPort) : upstreamPort_(upstreamPort) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no loopback socket for the test");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept(); });
}

CuttingProxy::~CuttingProxy() {
  ending_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (std::thread& pump : pumps_) pump.join();
}

void CuttingProxy::cutAll() {
  std::lock_guard lock(mutex_);
  for (const auto& link : links_) link->cut = true;
  links_.clear();
}

void CuttingProxy::accept() {
  while (true) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++accepted_;
    auto link = std::make_shared<Link>();
    link->client = fd;
    link->upstream = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(upstreamPort_);
    if (refusing_ ||
        ::connect(link->upstream, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      ::close(link->client);
      ::close(link->upstream);
      continue;
    }
    std::lock_guard lock(mutex_);
    links_.push_back(link);
    pumps_.emplace_back([this, link] { pump(link); });
  }
}

void CuttingProxy::pump(const std::shared_ptr<Link>& link) {
  char bytes[16384];
  while (!ending_ && !link->cut) {
    // While stalled the upstream is not read, so its bytes stay in the kernel.
    pollfd watched[2] = {{link->client, POLLIN, 0}, {stalled_ ? -1 : link->upstream, POLLIN, 0}};
    if (::poll(watched, 2, 10) < 0) break;
    if (watched[0].revents != 0) {
      const ssize_t got = ::recv(link->client, bytes, sizeof bytes, 0);
      if (got <= 0 || !sendAll(link->upstream, bytes, static_cast<std::size_t>(got))) break;
    }
    if (watched[1].revents != 0) {
      ssize_t got = ::recv(link->upstream, bytes, sizeof bytes, 0);
      if (got <= 0) break;
      const long before = budget_.load();
      if (before >= 0) {
        const long left = budget_.fetch_sub(got) - got;
        if (left < 0) {
          got += left;  // the part before the cut
          if (got > 0) sendAll(link->client, bytes, static_cast<std::size_t>(got));
          budget_ = -1;
          ++cuts_;
          link->cut = true;
          break;
        }
      }
      if (!sendAll(link->client, bytes, static_cast<std::size_t>(got))) break;
    }
  }
  if (link->cut) {
    const linger now{1, 0};
    ::setsockopt(link->client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  ::close(link->client);
  ::close(link->upstream);
}

}  // namespace shopkeeper::testing
