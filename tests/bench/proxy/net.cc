#include "tests/bench/proxy/net.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace shopkeeper::bench {
namespace {

sockaddr_in addressOf(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

const sockaddr* raw(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Error failure(const std::string& what) {
  return {ErrorCode::Unavailable, what + ": " + std::strerror(errno)};
}

}  // namespace

std::string loopback(int index) {
  return "127.0." + std::to_string(index / 254) + "." + std::to_string(index % 254 + 1);
}

Result<int> listenOn(const std::string& host, std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = addressOf(host, port);
  if (::bind(fd, raw(address), sizeof address) != 0 || ::listen(fd, 1024) != 0) {
    const Error error = failure("listening on " + host + ":" + std::to_string(port));
    ::close(fd);
    return error;
  }
  return fd;
}

std::uint16_t localPort(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

Result<std::uint16_t> freePort() {
  const auto fd = listenOn(loopback(0), 0);
  if (!fd) return fd.error();
  const std::uint16_t port = localPort(*fd);
  ::close(*fd);
  return port;
}

Result<int> connectTo(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = addressOf(loopback(0), port);
  if (::connect(fd, raw(address), sizeof address) != 0) {
    const Error error = failure("connecting to port " + std::to_string(port));
    ::close(fd);
    return error;
  }
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  setNoDelay(fd);
  return fd;
}

void setNoDelay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void watch(int epoll, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

}  // namespace shopkeeper::bench
