// TLS within a Stream: OpenSSL on the socket, waiting by the loop.
#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>

#include "sidecar/proxy/stream.h"
#include "sidecar/proxy/task_operation.h"

namespace shopkeeper::sidecar {
namespace {

// OpenSSL's own socket BIO raises SIGPIPE, and would write to whoever has the number of a
// descriptor that was closed.
int descriptorOf(BIO* bio) { return static_cast<const Stream*>(BIO_get_data(bio))->descriptor(); }

int writeBytes(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent =
      ::send(descriptorOf(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int readBytes(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t got = ::recv(descriptorOf(bio), data, static_cast<std::size_t>(size), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long control(BIO*, int what, long, void*) { return what == BIO_CTRL_FLUSH ? 1 : 0; }

const BIO_METHOD* socketMethod() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream");
    BIO_meth_set_write(made, writeBytes);
    BIO_meth_set_read(made, readBytes);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

// Goes on after everything that is ready now.
Task<void> othersFirst(tcp::socket::executor_type executor) {
  error_code none;
  auto later = [executor](auto handler) {
    asio::post(executor, [handler = std::move(handler)]() mutable { handler(error_code()); });
  };
  ResultIn token = resultIn(none);
  co_await asio::async_initiate<ResultIn, void(error_code)>(later, token);
}

}  // namespace

Task<Handshake> Stream::handshake(MeshTls::Handle& ssl) {
  tls_ = std::move(ssl);
  BIO* const bio = BIO_new(socketMethod());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(tls_.get(), bio, bio);
  Handshake made;
  for (;;) {
    ERR_clear_error();
    const int result = SSL_do_handshake(tls_.get());
    if (result == 1) {
      made.end = Handshake::End::Done;
      break;
    }
    made.reason = ERR_GET_REASON(ERR_peek_last_error());  // the first may be a detail
    if (SSL_get_state(tls_.get()) == TLS_ST_CW_CLNT_HELLO &&
        made.reason == SSL_R_WRONG_VERSION_NUMBER) {
      made.end = Handshake::End::NotTls;
      break;
    }
    error_code error;
    co_await awaitTls(result, readExpired_, error);
    if (error == asio::error::operation_aborted && !readExpired_) {
      made.end = Handshake::End::Interrupted;
    }
    if (error) break;
  }
  co_return made;
}

// What OpenSSL waits for after `result`; an error where it waits for nothing. What was ready just
// when its limit passed has not been interrupted, and may be less than a whole record.
Task<void> Stream::awaitTls(int result, const bool& expired, error_code& error) {
  const int why = SSL_get_error(tls_.get(), result);
  if (why == SSL_ERROR_WANT_READ) {
    co_await socket_.async_wait(tcp::socket::wait_read, resultIn(error));
  } else if (why == SSL_ERROR_WANT_WRITE) {
    co_await socket_.async_wait(tcp::socket::wait_write, resultIn(error));
  } else if (why == SSL_ERROR_ZERO_RETURN) {
    error = asio::error::eof;
  } else {
    error = asio::error::connection_reset;  // also an end without close_notify: maybe cut off
  }
  if (!error && (!open() || expired)) error = asio::error::operation_aborted;
  ERR_clear_error();
}

Task<std::size_t> Stream::readTls(InputBuffer::Room room, error_code& error) {
  bool waited = false;
  for (;;) {
    ERR_clear_error();
    const int got = SSL_read(tls_.get(), room.data, static_cast<int>(room.size));
    if (got > 0) {
      // What never waits would keep the loop from everybody else.
      if (!waited) co_await othersFirst(socket_.get_executor());
      co_return static_cast<std::size_t>(got);
    }
    waited = true;
    co_await awaitTls(got, readExpired_, error);
    if (error) co_return 0;
  }
}

Task<std::size_t> Stream::writeTls(std::span<const asio::const_buffer> buffers, error_code& error) {
  std::string joined;  // few records instead of one for each small piece
  asio::const_buffer left;
  if (buffers.size() == 1) {
    left = buffers.front();
  } else {
    for (const asio::const_buffer& buffer : buffers) {
      joined.append(static_cast<const char*>(buffer.data()), buffer.size());
    }
    left = asio::buffer(joined);
  }
  std::size_t written = 0;
  while (left.size() > 0) {
    ERR_clear_error();
    const int sent = SSL_write(tls_.get(), left.data(), static_cast<int>(left.size()));
    if (sent > 0) {
      written += static_cast<std::size_t>(sent);
      left += static_cast<std::size_t>(sent);
      continue;
    }
    co_await awaitTls(sent, writeExpired_, error);
    if (error) break;
  }
  co_return written;
}

Task<int> Stream::firstByte(error_code& error) {
  if (readExpired_) {
    readExpired_ = false;
    error = asio::error::timed_out;
    co_return -1;
  }
  co_await socket_.async_wait(tcp::socket::wait_read, resultIn(error));
  unsigned char byte = 0;
  if (error || ::recv(descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) co_return -1;
  co_return byte;
}

}  // namespace shopkeeper::sidecar
