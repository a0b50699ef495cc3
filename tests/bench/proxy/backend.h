// The service behind the proxies: answers every GET with 1 KiB, as cheaply as epoll allows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "common/result.h"

namespace shopkeeper::bench {

// Runs on a thread of its own until destroyed.
class Backend {
 public:
  static constexpr std::size_t kBodyBytes = 1024;

  // Listens on one free port of the first `addresses` addresses 127.0.0.1, 127.0.0.2, ...
  static Result<std::unique_ptr<Backend>> start(int addresses);
  ~Backend();
  std::uint16_t port() const { return port_; }

 private:
  Backend() = default;
  void run();
  void accept(int listener);
  void serve(int fd);
  void drop(int fd);

  std::uint16_t port_ = 0;
  int epoll_ = -1;
  int wake_ = -1;
  std::unordered_map<int, std::string> requests_;  // by descriptor: bytes not yet answered
  std::unordered_map<int, bool> listeners_;
  std::string answer_;
  std::thread thread_;
};

}  // namespace shopkeeper::bench
