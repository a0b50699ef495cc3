// The service behind the proxies: answers every GET with 1 KiB, as cheaply as epoll allows.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/result.h"

namespace shopkeeper::bench {

// Runs on a thread of its own until destroyed. Destroying it is a crash: connections are closed
// whatever they wait for.
class Backend {
 public:
  static constexpr std::size_t kBodyBytes = 1024;

  // Listens on one free port of the first `addresses` addresses 127.0.0.1, 127.0.0.2, ...
  static Result<std::unique_ptr<Backend>> start(int addresses);
  // Listens on `port` (0: a free one) of these.
  static Result<std::unique_ptr<Backend>> start(const std::vector<std::string>& addresses,
                                                std::uint16_t port);
  ~Backend();
  std::uint16_t port() const { return port_; }

  // Ends as a pod does that nobody is to call any more: takes no new connections, answers what
  // comes with "Connection: close", and ends once nothing came for 200 ms.
  void finish();
  bool finished() const { return finished_; }

 private:
  Backend() = default;
  void run();
  void accept(int listener);
  void stopListening();
  void serve(int fd);
  void drop(int fd);

  std::uint16_t port_ = 0;
  int epoll_ = -1;
  int wake_ = -1;
  std::unordered_map<int, std::string> requests_;  // by descriptor: bytes not yet answered
  std::unordered_set<int> listeners_;
  std::string answer_;
  std::string lastAnswer_;
  std::atomic<bool> ending_{false};
  std::atomic<bool> finishing_{false};
  std::atomic<bool> finished_{false};
  std::thread thread_;
};

}  // namespace shopkeeper::bench
