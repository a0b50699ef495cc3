#include "operator/kube/deadlines.h"

#include <vector>

namespace shopkeeper::kube {

using std::chrono::steady_clock;

Deadlines::Deadlines() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

Deadlines::~Deadlines() {
  thread_.request_stop();
  thread_.join();
}

void Deadlines::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto now = steady_clock::now();
    auto next = now + std::chrono::hours(1);
    std::vector<std::stop_source> due;
    for (auto& [id, entry] : entries_) {
      if (entry.expired) continue;
      if (entry.at <= now) {
        entry.expired = true;
        due.push_back(entry.source);
      } else {
        next = std::min(next, entry.at);
      }
    }
    if (!due.empty()) {
      lock.unlock();  // stop callbacks are not ours
      for (std::stop_source& source : due) source.request_stop();
      lock.lock();
      continue;
    }
    const auto known = nextId_;
    changed_.wait_until(lock, stop, next, [&] { return nextId_ != known; });
  }
}

Deadlines::Watch::Watch(Deadlines& deadlines, std::chrono::milliseconds after,
                        std::stop_source source)
    : deadlines_(deadlines) {
  std::lock_guard lock(deadlines_.mutex_);
  id_ = deadlines_.nextId_++;
  deadlines_.entries_.emplace(id_, Entry{steady_clock::now() + after, std::move(source)});
  deadlines_.changed_.notify_one();
}

Deadlines::Watch::~Watch() {
  std::lock_guard lock(deadlines_.mutex_);
  deadlines_.entries_.erase(id_);
}

bool Deadlines::Watch::expired() const {
  std::lock_guard lock(deadlines_.mutex_);
  return deadlines_.entries_.at(id_).expired;
}

}  // namespace shopkeeper::kube
