#include "sidecar/proxy/stream.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <vector>

#include "sidecar/proxy/task_operation.h"

namespace shopkeeper::sidecar {

Stream::Stream(tcp::socket socket, DeadlineWheel& wheel)
    : socket_(std::move(socket)),
      readDeadline_(wheel,
                    [this] {
                      readExpired_ = true;
                      interrupt();
                    }),
      writeDeadline_(wheel, [this] {
        writeExpired_ = true;
        interrupt();
      }) {
  if (!socket_.is_open()) return;
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
}

Task<void> Stream::read(InputBuffer& input, error_code& error) {
  const InputBuffer::Room room = input.room();
  if (room.size == 0) {
    error = asio::error::no_buffer_space;
    co_return;
  }
  if (readExpired_) {
    readExpired_ = false;
    error = asio::error::timed_out;
    co_return;
  }
  std::size_t bytes = 0;
  if (tls_ == nullptr) {
    bytes = co_await socket_.async_read_some(asio::buffer(room.data, room.size), resultIn(error));
  } else {
    bytes = co_await readTls(room, error);
  }
  input.commit(bytes);
  if (error == asio::error::operation_aborted && readExpired_) {
    readExpired_ = false;
    error = asio::error::timed_out;
  }
}

Task<std::size_t> Stream::write(std::span<const asio::const_buffer> buffers, error_code& error) {
  if (writeExpired_) {
    writeExpired_ = false;
    error = asio::error::timed_out;
    co_return 0;
  }
  std::size_t written = 0;
  if (tls_ != nullptr) {
    written = co_await writeTls(buffers, error);
  } else {
    // The socket nearly always takes all of it at once.
    written = sendNow(buffers, error);
    if (!error && written < asio::buffer_size(buffers)) {
      written += co_await writeRest(buffers, written, error);
    }
  }
  if (error == asio::error::operation_aborted && writeExpired_) {
    writeExpired_ = false;
    error = asio::error::timed_out;
  }
  co_return written;
}

Task<std::size_t> Stream::writeRest(std::span<const asio::const_buffer> buffers,
                                    std::size_t written, error_code& error) {
  std::vector<asio::const_buffer> rest(buffers.begin(), buffers.end());
  while (rest.front().size() <= written) {
    written -= rest.front().size();
    rest.erase(rest.begin());
  }
  rest.front() += written;
  co_return co_await asio::async_write(socket_, rest, resultIn(error));
}

std::size_t Stream::sendNow(std::span<const asio::const_buffer> buffers, error_code& error) {
  constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
  // A copy costs less than what the kernel makes of several buffers.
  std::array<char, 4096> together;
  const std::size_t total = asio::buffer_size(buffers);
  ssize_t sent = 0;
  if (buffers.size() == 1) {
    sent = ::send(descriptor(), buffers.front().data(), total, kFlags);
  } else if (total <= together.size()) {
    asio::buffer_copy(asio::buffer(together), buffers);
    sent = ::send(descriptor(), together.data(), total, kFlags);
  } else {
    std::array<iovec, 16> vector;
    msghdr message{};
    message.msg_iov = vector.data();
    for (const asio::const_buffer& each : buffers.first(std::min(buffers.size(), vector.size()))) {
      vector[message.msg_iovlen++] = {const_cast<void*>(each.data()), each.size()};
    }
    sent = ::sendmsg(descriptor(), &message, kFlags);
  }
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    error = error_code(errno, asio::error::get_system_category());
  }
  return 0;
}

Task<void> Stream::connect(const tcp::endpoint& peer, error_code& error) {
  socket_.open(peer.protocol(), error);
  if (error) co_return;
  co_await socket_.async_connect(peer, resultIn(error));
  if (error == asio::error::operation_aborted && writeExpired_) {
    writeExpired_ = false;
    error = asio::error::timed_out;
  }
  if (error) co_return;
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
}

void Stream::limitRead(std::chrono::steady_clock::time_point until) {
  readExpired_ = false;
  readDeadline_.armAt(until);
}

void Stream::limitWrite(std::chrono::steady_clock::duration from) {
  writeExpired_ = false;
  writeDeadline_.arm(from);
}

void Stream::liftRead() {
  readExpired_ = false;
  readDeadline_.disarm();
}

void Stream::liftWrite() {
  writeExpired_ = false;
  writeDeadline_.disarm();
}

error_code Stream::endWriting() {
  if (tls_ != nullptr) SSL_shutdown(tls_.get());
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  return error;
}

void Stream::interrupt() {
  error_code ignored;
  socket_.cancel(ignored);
}

void Stream::close() {
  liftRead();
  liftWrite();
  error_code ignored;
  socket_.close(ignored);
}

int Stream::descriptor() const {
  // native_handle() only reads, but Asio has it non-const.
  return open() ? const_cast<tcp::socket&>(socket_).native_handle() : -1;
}

void Stream::reset() {
  error_code ignored;
  if (socket_.is_open()) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

bool Stream::idleAndAlive() {
  if (!socket_.is_open()) return false;
  if (tls_ != nullptr && SSL_has_pending(tls_.get()) == 1) return false;
  char byte;
  const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

Task<void> closeGently(Stream& stream) {
  constexpr std::size_t kMaxDropped = 256u << 10;
  error_code error = stream.endWriting();
  if (!error) {
    InputBuffer dropped(16u << 10);
    stream.limitRead(std::chrono::seconds(1));
    for (std::size_t total = 0; total < kMaxDropped && !error;) {
      co_await stream.read(dropped, error);
      total += dropped.data().size();
      dropped.consume(dropped.data().size());
    }
  }
  stream.close();
}

}  // namespace shopkeeper::sidecar
