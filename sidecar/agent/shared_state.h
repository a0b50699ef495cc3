// What the parts of the sidecar know about each other: small facts, shared between threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace shopkeeper::sidecar {

// Thread-safe.
class SharedState {
 public:
  struct Service {
    bool healthy = false;
    std::string reason = "not probed yet";
  };

  Service service() const {
    std::lock_guard lock(mutex_);
    return service_;
  }
  void setService(bool healthy, std::string reason) {
    std::lock_guard lock(mutex_);
    wasHealthy_ = wasHealthy_ || healthy;
    fell_ = wasHealthy_ && !healthy;
    service_ = {healthy, std::move(reason)};
  }
  // The service was healthy once and is not now. Asked for every request, so without a lock. A pod
  // that drains goes on serving as it can.
  bool serviceFell() const { return fell_.load(std::memory_order_relaxed) && !draining_; }

  bool draining() const { return draining_; }
  void setDraining() { draining_ = true; }

  struct Control {
    std::uint64_t generation = 0;  // of the directives in force
    bool fallback = true;          // endpoints come from DNS too: the operator is away
    std::uint64_t heartbeats = 0;  // answered 200 or 204
    std::uint64_t redirects = 0;   // answered 421
    std::uint64_t refusals = 0;    // answered otherwise
    std::uint64_t failures = 0;    // not answered
    std::uint64_t directivesRefused = 0;
    std::string lastError;  // of the last heartbeat; empty where it was answered
  };
  Control control() const {
    std::lock_guard lock(mutex_);
    return control_;
  }
  template <class Fn>
  void updateControl(Fn change) {
    std::lock_guard lock(mutex_);
    change(control_);
  }

 private:
  mutable std::mutex mutex_;
  Service service_;
  Control control_;
  bool wasHealthy_ = false;
  std::atomic<bool> fell_{false};
  std::atomic<bool> draining_{false};
};

}  // namespace shopkeeper::sidecar
