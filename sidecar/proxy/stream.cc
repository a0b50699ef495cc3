#include "sidecar/proxy/stream.h"

#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>

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

asio::awaitable<void> Stream::read(InputBuffer& input, error_code& error) {
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
  const std::size_t bytes = co_await socket_.async_read_some(
      asio::buffer(room.data, room.size), asio::redirect_error(asio::use_awaitable, error));
  input.commit(bytes);
  if (error == asio::error::operation_aborted && readExpired_) {
    readExpired_ = false;
    error = asio::error::timed_out;
  }
}

asio::awaitable<std::size_t> Stream::write(std::span<const asio::const_buffer> buffers,
                                           error_code& error) {
  if (writeExpired_) {
    writeExpired_ = false;
    error = asio::error::timed_out;
    co_return 0;
  }
  const std::size_t written = co_await asio::async_write(
      socket_, buffers, asio::redirect_error(asio::use_awaitable, error));
  if (error == asio::error::operation_aborted && writeExpired_) {
    writeExpired_ = false;
    error = asio::error::timed_out;
  }
  co_return written;
}

asio::awaitable<void> Stream::connect(const tcp::endpoint& peer, error_code& error) {
  socket_.open(peer.protocol(), error);
  if (error) co_return;
  co_await socket_.async_connect(peer, asio::redirect_error(asio::use_awaitable, error));
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

void Stream::endWriting() {
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
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
  char byte;
  const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<void> closeGently(Stream& stream) {
  constexpr std::size_t kMaxDropped = 256u << 10;
  error_code error;
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
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
