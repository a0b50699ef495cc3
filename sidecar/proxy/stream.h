// A TCP connection of the data plane with deadlines on reading and writing.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <span>
#include <utility>  // before Asio: g++ 12

#include "sidecar/proxy/deadline_wheel.h"
#include "sidecar/proxy/input_buffer.h"
#include "sidecar/proxy/mesh_tls.h"
#include "sidecar/proxy/task.h"

namespace shopkeeper::sidecar {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// NotTls: the other side answered in something else. Failed: it ended, was too slow, or one side
// does not trust the other; whyFailed() knows from `reason`, OpenSSL's. Interrupted: by us.
struct Handshake {
  enum class End { Done, NotTls, Failed, Interrupted };
  End end = End::Failed;
  int reason = 0;
};

// Errors: asio::error::timed_out after a deadline, operation_aborted after interrupt() or close(),
// eof at the peer's end of stream, others as the kernel gives them. Lives on its loop's thread.
class Stream {
 public:
  Stream(tcp::socket socket, DeadlineWheel& wheel);

  // Reads what there is into `input`; error `no_buffer_space` where it is full.
  Task<void> read(InputBuffer& input, error_code& error);
  // Writes all of it; returns how much was written before an error.
  Task<std::size_t> write(std::span<const asio::const_buffer> buffers, error_code& error);
  // Opens the socket and connects, within the write limit.
  Task<void> connect(const tcp::endpoint& peer, error_code& error);

  // Speaks TLS from here on; `ssl` is taken. Limits of both directions count.
  Task<Handshake> handshake(MeshTls::Handle& ssl);
  // The TLS connection, or null.
  const SSL* tls() const { return tls_.get(); }
  // Looks at the first byte that comes without taking it; -1 where none comes.
  Task<int> firstByte(error_code& error);

  // A limit holds for all operations of its direction until it is set again or lifted, so a
  // trickle of bytes does not extend it. When it passes, what waits in the other direction is
  // interrupted too.
  void limitRead(std::chrono::steady_clock::time_point until);
  void limitRead(std::chrono::steady_clock::duration from) {
    limitRead(std::chrono::steady_clock::now() + from);
  }
  void limitWrite(std::chrono::steady_clock::duration from);
  void liftRead();
  void liftWrite();

  // Ends our direction: the peer reads its end after what was written.
  error_code endWriting();

  // Ends the operations that wait now with operation_aborted; the stream stays usable.
  void interrupt();
  void close();
  // Ends the connection with a reset, so that the peer cannot take a cut-off answer for a whole.
  void reset();
  bool open() const { return socket_.is_open(); }
  tcp::socket& socket() { return socket_; }
  // Its descriptor; -1 where closed.
  int descriptor() const;

  // Whether a kept connection can be used again: open, and neither closed by the peer nor holding
  // bytes nobody asked for. One non-blocking system call.
  bool idleAndAlive();

 private:
  // All but the first `written` bytes.
  Task<std::size_t> writeRest(std::span<const asio::const_buffer> buffers, std::size_t written,
                              error_code& error);
  // What the socket takes without waiting.
  std::size_t sendNow(std::span<const asio::const_buffer> buffers, error_code& error);
  Task<void> awaitTls(int result, const bool& expired, error_code& error);
  Task<std::size_t> readTls(InputBuffer::Room room, error_code& error);
  Task<std::size_t> writeTls(std::span<const asio::const_buffer> buffers, error_code& error);

  tcp::socket socket_;
  MeshTls::Handle tls_;  // null: plain
  Deadline readDeadline_;
  Deadline writeDeadline_;
  bool readExpired_ = false;
  bool writeExpired_ = false;
};

// Ends a connection such that what was written last arrives: half-closes, then reads and drops for
// at most a second or 256 KiB. Without it unread input makes the kernel send a reset that can
// overtake the answer.
Task<void> closeGently(Stream& stream);

}  // namespace shopkeeper::sidecar
