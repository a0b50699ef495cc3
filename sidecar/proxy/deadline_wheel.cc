#include "sidecar/proxy/deadline_wheel.h"

namespace shopkeeper::sidecar {

using Steady = std::chrono::steady_clock;

void Deadline::arm(Steady::duration after) { armAt(Steady::now() + after); }

void Deadline::armAt(Steady::time_point when) {
  disarm();
  when_ = when;
  wheel_.insert(*this);
}

void Deadline::disarm() {
  if (armed()) wheel_.remove(*this);
}

std::int64_t DeadlineWheel::tickOf(Steady::time_point when) const {
  return when.time_since_epoch() / kTick;
}

void DeadlineWheel::insert(Deadline& deadline) {
  if (stopped_) return;
  // The first tick that lies wholly after the deadline: never early.
  const std::int64_t tick = std::max(tickOf(deadline.when_) + 1, running_ ? lastTick_ + 1 : 0);
  deadline.slot_ = static_cast<int>(tick % kSlots);
  Deadline*& head = slots_[static_cast<std::size_t>(deadline.slot_)];
  deadline.previous_ = nullptr;
  deadline.next_ = head;
  if (head != nullptr) head->previous_ = &deadline;
  head = &deadline;
  ++armed_;
  if (!running_) {
    lastTick_ = tickOf(Steady::now());
    running_ = true;
    schedule();
  }
}

void DeadlineWheel::remove(Deadline& deadline) {
  if (cursor_ == &deadline) cursor_ = deadline.next_;
  if (deadline.previous_ != nullptr) {
    deadline.previous_->next_ = deadline.next_;
  } else {
    slots_[static_cast<std::size_t>(deadline.slot_)] = deadline.next_;
  }
  if (deadline.next_ != nullptr) deadline.next_->previous_ = deadline.previous_;
  deadline.slot_ = -1;
  --armed_;
}

void DeadlineWheel::schedule() {
  timer_.expires_at(Steady::time_point((lastTick_ + 1) * kTick));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !stopped_) tick();
  });
}

void DeadlineWheel::tick() {
  const Steady::time_point now = Steady::now();
  const std::int64_t current = tickOf(now);
  // After a long pause every slot is looked at once, not every missed tick.
  const std::int64_t first = std::max(lastTick_ + 1, current - kSlots + 1);
  for (std::int64_t at = first; at <= current && !stopped_; ++at) {
    lastTick_ = at;
    Deadline* deadline = slots_[static_cast<std::size_t>(at % kSlots)];
    while (deadline != nullptr) {
      cursor_ = deadline->next_;
      if (deadline->when_ <= now) {
        remove(*deadline);
        deadline->onExpiry_();  // may arm, disarm or destroy any deadline
      }
      deadline = cursor_;
    }
  }
  cursor_ = nullptr;
  lastTick_ = current;
  running_ = armed_ > 0 && !stopped_;
  if (running_) schedule();
}

void DeadlineWheel::stop() {
  for (Deadline*& head : slots_) {
    while (head != nullptr) remove(*head);
  }
  stopped_ = true;
  running_ = false;
  timer_.cancel();
}

}  // namespace shopkeeper::sidecar
