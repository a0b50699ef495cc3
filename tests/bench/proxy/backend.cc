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
namespace {

constexpr int kQuietMs = 200;

std::string answerWith(const std::string& fields) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + fields +
         "Content-Length: " + std::to_string(Backend::kBodyBytes) + "\r\n\r\n" +
         std::string(Backend::kBodyBytes, 'x');
}

}  // namespace

Result<std::unique_ptr<Backend>> Backend::start(int addresses) {
  std::vector<std::string> all;
  for (int i = 0; i < addresses; ++i) all.push_back(loopback(i));
  return start(all, 0);
}

Result<std::unique_ptr<Backend>> Backend::start(const std::vector<std::string>& addresses,
                                                std::uint16_t port) {
  std::unique_ptr<Backend> self(new Backend);
  self->port_ = port;
  self->answer_ = answerWith("");
  self->lastAnswer_ = answerWith("Connection: close\r\n");
  self->epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  self->wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  watch(self->epoll_, self->wake_, EPOLLIN);
  for (const std::string& address : addresses) {
    auto listener = listenOn(address, self->port_);
    if (!listener) return listener.error();
    if (self->port_ == 0) self->port_ = localPort(*listener);
    self->listeners_.insert(*listener);
    watch(self->epoll_, *listener, EPOLLIN);
  }
  self->thread_ = std::thread([raw = self.get()] { raw->run(); });
  return Result<std::unique_ptr<Backend>>(std::move(self));
}

Backend::~Backend() {
  if (thread_.joinable()) {
    ending_ = true;
    ::eventfd_write(wake_, 1);
    thread_.join();
  }
  for (const auto& [fd, bytes] : requests_) ::close(fd);
  stopListening();
  ::close(wake_);
  ::close(epoll_);
}

void Backend::finish() {
  finishing_ = true;
  ::eventfd_write(wake_, 1);
}

void Backend::run() {
  std::array<epoll_event, 128> events;
  for (;;) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   finishing_ ? kQuietMs : -1);
    if (count == 0 || ending_) break;
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == wake_) {
        eventfd_t ignored{};
        ::eventfd_read(wake_, &ignored);
        stopListening();
      } else if (listeners_.contains(fd)) {
        accept(fd);
      } else if (requests_.contains(fd)) {
        serve(fd);
      }
    }
  }
  finished_ = true;
}

void Backend::stopListening() {
  for (const int fd : listeners_) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    ::close(fd);
  }
  listeners_.clear();
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
    const std::string& answer = finishing_ ? lastAnswer_ : answer_;
    const ssize_t sent = ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(answer.size()) || &answer == &lastAnswer_) return drop(fd);
  }
}

void Backend::drop(int fd) {
  requests_.erase(fd);
  ::close(fd);
}

}  // namespace shopkeeper::bench
