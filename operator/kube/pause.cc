#include "operator/kube/pause.h"

#include <time.h>

#include <condition_variable>
#include <mutex>

namespace shopkeeper::kube {
namespace {

class RealPause final : public Pause {
 public:
  bool wait(Duration duration, const std::stop_token& stop) override {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
  }
};

class BootClock final : public Clock {
 public:
  MonotonicTime now() const override {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return MonotonicTime(std::chrono::seconds(time.tv_sec) +
                         std::chrono::nanoseconds(time.tv_nsec));
  }
  WallTime wallNow() const override { return std::chrono::system_clock::now(); }
};

}  // namespace

Pause& realPause() {
  static RealPause pause;
  return pause;
}

const Clock& bootClock() {
  static const BootClock clock;
  return clock;
}

}  // namespace shopkeeper::kube
