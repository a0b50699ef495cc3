// Keeps writes back unless this process provably leads.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "common/clock.h"
#include "operator/kube/client.h"

namespace shopkeeper::kube {

// Open from open()/renewed() until `since` + renewDeadline, judged by the clock at each question:
// no thread has to run to close it, so a process that was stopped (SIGSTOP, a suspended machine, a
// starved node) finds it closed when it wakes up. Give it bootClock().
//
// Guarantees: a write that mayWrite() allowed and that keeps to remaining() has ended before
// another replica can hold the lease.
// Caveat: between the answer and the bytes on the wire lie some microseconds; a process stopped
// exactly there sends a late write. Writes that must not be doubled therefore carry a
// resourceVersion or go through server-side apply with a deterministic name.
class LeaderGate final : public WriteGate {
 public:
  explicit LeaderGate(const Clock& clock) : clock_(clock) {}

  // `since`: when the request that got or renewed the lease was begun.
  void open(MonotonicTime since, Duration renewDeadline, Duration leaseDuration,
            std::uint64_t epoch);
  void close();

  Status mayWrite() const override;
  std::chrono::milliseconds remaining() const override;
  // Until it closes by itself; zero while closed.
  std::chrono::milliseconds untilClosed() const;
  bool isOpen() const { return mayWrite().has_value(); }
  // Grows with every change of leader (leaseTransitions + 1); 0 while closed.
  std::uint64_t epoch() const;

 private:
  std::chrono::milliseconds until(MonotonicTime end) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  bool open_ = false;
  MonotonicTime closesAt_{};
  MonotonicTime expiresAt_{};
  std::uint64_t epoch_ = 0;
};

}  // namespace shopkeeper::kube
