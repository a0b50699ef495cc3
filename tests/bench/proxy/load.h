// Load over kept connections: as fast as answers come, or by the clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "common/result.h"

namespace shopkeeper::bench {

using Steady = std::chrono::steady_clock;

// Not thread-safe.
class Load {
 public:
  // Opens `connections` connections to 127.0.0.1:`port`.
  static Result<Load> open(std::uint16_t port, int connections);
  Load(Load&&) noexcept;
  ~Load();

  // Closed loop: each connection sends the next request when it has the answer to the last.
  // Unavailable at the first answer that is not 200 with the backend's body, or after 60 s.
  Status closedLoop(int requests);

  // Open loop: one request every 1/rps s for `length`, whether answers come or not. Latencies in
  // microseconds from the instant each was *due*, so that a pause is charged to all who would
  // have come in it (no coordinated omission).
  Result<std::vector<double>> openLoop(int rps, std::chrono::milliseconds length);

  // The same for as long as one likes. A request is lost that gets another answer than the
  // backend's, none within 10 s of being sent, or whose connection ends; the connection is then
  // opened anew. Unavailable where that cannot be done.
  struct Observer {
    std::function<void()> sent;
    std::function<void(double micros)> answered;
    std::function<void(const std::string& why)> lost;
  };
  Status openLoop(int rps, std::chrono::milliseconds length, const Observer& observer);

 private:
  struct Peer {
    int fd = -1;
    std::string got;
    Steady::time_point due;
    Steady::time_point sent;
    bool busy = false;  // an answer is awaited
  };
  struct Failed {
    std::size_t peer;
    Error error;
  };
  Load() = default;
  Status send(std::size_t peer, Steady::time_point due);
  // Reads what one connection has; true when its answer is whole.
  Result<bool> receive(Peer& peer);
  void wait(Steady::time_point until);
  void failOverdue(Steady::time_point now);
  Status reopen(Peer& peer);

  std::uint16_t port_ = 0;
  int epoll_ = -1;
  std::vector<Peer> peers_;
  std::deque<std::size_t> idle_;
  std::vector<std::size_t> ready_;  // by the last wait(): answers are whole
  std::vector<Failed> failed_;      // by the last wait()
};

// Of unsorted values; 0 where there are none.
double quantile(std::vector<double> values, double q);

}  // namespace shopkeeper::bench
