#include "operator/kube/leader_gate.h"

#include <algorithm>

namespace shopkeeper::kube {

void LeaderGate::open(MonotonicTime since, Duration renewDeadline, Duration leaseDuration,
                      std::uint64_t epoch) {
  std::lock_guard lock(mutex_);
  open_ = true;
  closesAt_ = since + renewDeadline;
  expiresAt_ = since + leaseDuration;
  epoch_ = epoch;
}

void LeaderGate::close() {
  std::lock_guard lock(mutex_);
  open_ = false;
}

Status LeaderGate::mayWrite() const {
  std::lock_guard lock(mutex_);
  if (open_ && clock_.now() < closesAt_) return ok();
  return Error(ErrorCode::Unavailable, "not the leader: the write was kept back");
}

std::chrono::milliseconds LeaderGate::until(MonotonicTime end) const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock_.now());
  return open_ ? std::max(std::chrono::milliseconds::zero(), left)
               : std::chrono::milliseconds::zero();
}

std::chrono::milliseconds LeaderGate::remaining() const {
  std::lock_guard lock(mutex_);
  return until(expiresAt_);
}

std::chrono::milliseconds LeaderGate::untilClosed() const {
  std::lock_guard lock(mutex_);
  return until(closesAt_);
}

std::uint64_t LeaderGate::epoch() const {
  std::lock_guard lock(mutex_);
  return open_ && clock_.now() < closesAt_ ? epoch_ : 0;
}

}  // namespace shopkeeper::kube
