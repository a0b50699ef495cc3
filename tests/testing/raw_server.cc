#include "tests/testing/raw_server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "common/http/message.h"

namespace shopkeeper::testing {

std::string RawConnection::readRequest() {
  while (true) {
    const auto end = buffer_.find("\r\n\r\n");
    if (end != std::string::npos) {
      std::size_t length = 0;
      std::string head = buffer_.substr(0, end);
      std::transform(head.begin(), head.end(), head.begin(), ::tolower);
      if (const auto at = head.find("content-length:"); at != std::string::npos) {
        length = std::stoul(head.substr(at + 15));
      }
      if (buffer_.size() >= end + 4 + length) {
        std::string request = buffer_.substr(0, end + 4 + length);
        buffer_.erase(0, end + 4 + length);
        return request;
      }
    }
    char bytes[16384];
    const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
    if (got <= 0) return {};
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }
}

std::string RawConnection::readHead() {
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    char bytes[4096];
    const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
    if (got <= 0) return {};
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }
  std::string head = buffer_.substr(0, end + 4);
  buffer_.erase(0, end + 4);
  return head;
}

std::string RawConnection::readSome() {
  if (!buffer_.empty()) return std::exchange(buffer_, {});
  std::string bytes(65536, '\0');
  const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

bool RawConnection::write(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return true;
}

bool RawConnection::writeChunk(const std::string& bytes) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return write(size + bytes + "\r\n");
}

bool RawConnection::waitForClose(int milliseconds) {
  pollfd watched{fd_, POLLIN | POLLRDHUP, 0};
  while (true) {
    if (::poll(&watched, 1, milliseconds) <= 0) return false;
    char byte;
    if (::recv(fd_, &byte, 1, 0) <= 0) return true;
  }
}

void RawConnection::close() { closeWith(false); }
void RawConnection::reset() { closeWith(true); }

void RawConnection::closeWith(bool reset) {
  std::lock_guard lock(mutex_);
  if (fd_ < 0) return;
  if (reset) {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  } else {
    ::shutdown(fd_, SHUT_RDWR);
  }
  ::close(fd_);
  fd_ = -1;
}

void RawConnection::shutDown() {
  std::lock_guard lock(mutex_);
  if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
}

RawServer::RawServer(Script script) : script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no loopback socket for the test");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { serve(); });
}

void RawServer::serve() {
  while (true) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const auto connection = std::make_shared<RawConnection>(fd);
    const int index = accepted_++;
    std::lock_guard lock(mutex_);
    connections_.push_back(connection);
    handlers_.emplace_back([this, connection, index] {
      script_(*connection, index);
      connection->close();
    });
  }
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (const auto& connection : connections_) connection->shutDown();
  for (std::thread& handler : handlers_) handler.join();
}

std::string fixedResponse(int status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(http::reasonPhrase(status)) +
         "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace shopkeeper::testing
