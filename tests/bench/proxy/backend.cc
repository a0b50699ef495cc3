#include "tests/bench/proxy/backend.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "tests/bench/proxy/net.h"

namespace shopkeeper::bench {

Result<std::unique_ptr<Backend>> Backend::start(int addresses) {
  std::unique_ptr<Backend> self(new Backend);
  self->answer_ = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                  std::to_string(kBodyBytes) + "\r\n\r\n" + std::string(kBodyBytes, 'x');
  self->epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  self->wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  watch(self->epoll_, self->wake_, EPOLLIN);
  for (int i = 0; i < addresses; ++i) {
    auto listener = listenOn(loopback(i), self->port_);
    if (!listener) return listener.error();
    if (i == 0) self->port_ = localPort(*listener);
    self->listeners_.emplace(*listener, true);
    watch(self->epoll_, *listener, EPOLLIN);
  }
  self->thread_ = std::thread([raw = self.get()] { raw->run(); });
  return Result<std::unique_ptr<Backend>>(std::move(self));
}

Backend::~Backend() {
  if (thread_.joinable()) {
    ::eventfd_write(wake_, 1);
    thread_.join();
  }
  for (const auto& [fd, bytes] : requests_) ::close(fd);
  for (const auto& [fd, open] : listeners_) ::close(fd);
  ::close(wake_);
  ::close(epoll_);
}

void Backend::run() {
  std::array<epoll_event, 128> events;
  for (;;) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == wake_) return;
      if (listeners_.contains(fd)) {
        accept(fd);
      } else {
        serve(fd);
      }
    }
  }
}

void Backend::accept(int listener) {
  const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  setNoDelay(fd);
  requests_.emplace(fd, std::string());
  watch(epoll_, fd, EPOLLIN);
}

// Requests have no body, so each empty line ends one. An answer always fits the socket's buffer.
void Backend::serve(int fd) {
  std::array<char, 8192> bytes;
  const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return drop(fd);
  std::string& pending = requests_[fd];
  pending.append(bytes.data(), static_cast<std::size_t>(got));
  for (auto end = pending.find("\r\n\r\n"); end != std::string::npos;
       end = pending.find("\r\n\r\n")) {
    pending.erase(0, end + 4);
    const ssize_t sent = ::send(fd, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(answer_.size())) return drop(fd);
  }
}

void Backend::drop(int fd) {
  requests_.erase(fd);
  ::close(fd);
}

}  // namespace shopkeeper::bench
