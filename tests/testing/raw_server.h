// A TCP server for tests that need to misbehave: each connection is a function on its own thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace shopkeeper::testing {

// One accepted connection.
class RawConnection {
 public:
  explicit RawConnection(int fd) : fd_(fd) {}
  ~RawConnection() { close(); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // Reads one request with its Content-Length body. Empty where the peer closed first.
  std::string readRequest();
  // Reads one head, body not included. Empty where the peer closed first.
  std::string readHead();
  // What comes next, as it comes. Empty where the peer closed.
  std::string readSome();
  bool write(const std::string& bytes);
  // One chunk of a chunked body.
  bool writeChunk(const std::string& bytes);
  // Blocks until the peer closes (true) or `milliseconds` passed (false).
  bool waitForClose(int milliseconds);
  void close();
  // A reset instead of an orderly end.
  void reset();
  // Wakes whoever reads or writes, from another thread.
  void shutDown();

 private:
  void closeWith(bool reset);

  std::mutex mutex_;  // between shutDown() and closing
  int fd_;
  std::string buffer_;
};

// Listens on 127.0.0.1 with a free port until destroyed; open connections are shut down then.
class RawServer {
 public:
  using Script = std::function<void(RawConnection& connection, int index)>;
  explicit RawServer(Script script);
  ~RawServer();

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return accepted_.load(); }

 private:
  void serve();

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> accepted_{0};
  std::mutex mutex_;
  std::vector<std::shared_ptr<RawConnection>> connections_;
  std::vector<std::thread> handlers_;
  std::thread acceptor_;
};

inline constexpr const char* kChunkedHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string fixedResponse(int status, const std::string& headers, const std::string& body);

}  // namespace shopkeeper::testing
