// One upstream with a deadline, a memory of how it fares, and a breaker.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "common/clock.h"
#include "common/http/client.h"
#include "common/metrics.h"

namespace shopkeeper::ui {

// Thread-safe. After three failures in a row calls fail at once for two seconds, then one call
// tries again: an upstream that hangs must not hold every worker for its whole deadline.
class Upstream {
 public:
  Upstream(std::string name, std::unique_ptr<http::HttpClient> client,
           std::chrono::milliseconds timeout, const Clock& clock, Metrics& metrics);

  // The response of any status below 500; a 5xx or 429 counts as a failure (Unavailable).
  Result<http::Response> get(const std::string& target);
  Result<http::Response> post(const std::string& target, std::string body);

  // For streams of one's own (the catalogue follower).
  http::HttpClient& client() { return *client_; }
  const std::string& name() const { return name_; }

  enum class Health { Unknown, Up, Down };
  Health health() const;
  // Asks for anything cheap where nothing was asked for a while; any answer below 500 is health.
  void probe();

 private:
  Result<http::Response> send(const http::Request& request, std::chrono::milliseconds timeout);
  bool admitted();
  void settle(bool good);

  const std::string name_;
  const std::unique_ptr<http::HttpClient> client_;
  const std::chrono::milliseconds timeout_;
  const Clock& clock_;
  prometheus::Counter& good_;
  prometheus::Counter& bad_;
  mutable std::mutex mutex_;
  int failures_ = 0;
  bool everSettled_ = false;
  MonotonicTime lastSettled_{};
  MonotonicTime openUntil_{};
};

}  // namespace shopkeeper::ui
