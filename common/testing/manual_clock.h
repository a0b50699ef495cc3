// A clock that moves only when the test says so. Thread-safe.
#pragma once

#include <mutex>

#include "common/clock.h"

namespace shopkeeper::testing {

class ManualClock final : public Clock {
 public:
  MonotonicTime now() const override {
    std::lock_guard lock(mutex_);
    return start_ + elapsed_;
  }
  WallTime wallNow() const override {
    std::lock_guard lock(mutex_);
    return wallStart_ + std::chrono::duration_cast<WallTime::duration>(elapsed_);
  }
  void advance(Duration by) {
    std::lock_guard lock(mutex_);
    elapsed_ += by;
  }

 private:
  mutable std::mutex mutex_;
  const MonotonicTime start_{std::chrono::hours(1)};
  const WallTime wallStart_{std::chrono::seconds(1'790'000'000)};
  Duration elapsed_{0};
};

}  // namespace shopkeeper::testing
