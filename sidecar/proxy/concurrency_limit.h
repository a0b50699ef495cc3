// How many requests an upstream is given at once, learnt from its latency. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/clock.h"
#include "common/wire/traffic_policy.h"

namespace shopkeeper::sidecar {

// Every kWindow (with at least kSamples answers):
//   gradient = clamp(kTolerance x long-term latency / latency of the window, 0.5, 1)
//   limit   <- 0.8 limit + 0.2 (gradient x limit + sqrt(limit))
// Source: Gradient2Limit of Netflix' concurrency-limits (tolerance 1.5 there; long window 600,
// smoothing 0.2, decay of a long-term latency twice the present one as there). Ours differs in
// starting at the most that is allowed, so that a burst at start is not refused; in lowering only
// where at least kFloor requests were in flight: with fewer, latency has another cause; and in
// learning a long-term latency ten times as slowly while overloaded, lest that becomes the norm.
// Not thread-safe.
class ConcurrencyLimit {
 public:
  // A machine that is busy for a moment looks like overload at a few dozen requests; shedding those
  // would cost more than it saves.
  static constexpr int kFloor = 100;
  static constexpr double kTolerance = 2.0;
  static constexpr std::uint64_t kSamples = 10;
  static constexpr std::chrono::milliseconds kWindow{100};

  // `most`: the policy's maxInFlight; 0 refuses everything. Never below min(kFloor, most).
  void setBounds(int most, bool adaptive);
  // Of an answer, or of a try that timed out.
  void onSample(Duration latency, int inFlight, MonotonicTime now);
  int limit() const { return static_cast<int>(limit_); }

 private:
  void update();

  int most_ = 1'024;
  bool adaptive_ = true;
  double limit_ = 1'024;
  double longTerm_ = 0;  // seconds
  std::uint64_t windows_ = 0;
  MonotonicTime windowStart_{};
  double sum_ = 0;
  std::uint64_t samples_ = 0;
  int peak_ = 0;
};

// How much of the limit a priority may use, in percent: what can wait is shed first.
constexpr int priorityShare(wire::Priority priority) {
  switch (priority) {
    case wire::Priority::Critical:
      return 100;
    case wire::Priority::Normal:
      return 90;
    case wire::Priority::Sheddable:
      return 70;
  }
  return 90;
}

// Whether one more may go on its way. A limit above 0 admits at least one of any priority.
constexpr bool admits(int limit, std::uint64_t inFlight, wire::Priority priority) {
  if (limit <= 0) return false;
  const auto most = static_cast<std::uint64_t>(std::max(1, limit * priorityShare(priority) / 100));
  return inFlight < most;
}

}  // namespace shopkeeper::sidecar
