#include "services/ui/server/event_queue.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace shopkeeper::ui {
namespace {

using nlohmann::json;
constexpr std::size_t kBatch = 100;
constexpr std::chrono::milliseconds kPause{1'000};

}  // namespace

EventQueue::EventQueue(Upstream& knowledge, Metrics& metrics, std::size_t capacity)
    : knowledge_(knowledge),
      capacity_(capacity),
      sent_(metrics.counter("ui_events_sent_total", "Behaviour events that knowledge took.")),
      droppedCounter_(metrics.counter("ui_events_dropped_total",
                                      "Behaviour events given up for want of room.")),
      queuedGauge_(metrics.gauge("ui_events_queued", "Behaviour events waiting for knowledge.")) {}

EventQueue::~EventQueue() { stop(); }

void EventQueue::start() {
  thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

void EventQueue::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  while (queued() > 0 && flush()) {
  }
}

void EventQueue::count(std::size_t lost) {
  dropped_ += lost;
  droppedCounter_.Increment(static_cast<double>(lost));
}

void EventQueue::push(catalog::Event event) {
  std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
  if (events_.size() > capacity_) {
    events_.pop_front();
    count(1);
  }
  queuedGauge_.Set(static_cast<double>(events_.size()));
  wake_.notify_all();
}

std::size_t EventQueue::queued() const {
  std::lock_guard lock(mutex_);
  return events_.size();
}

std::uint64_t EventQueue::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

bool EventQueue::flush() {
  json batch = json::array();
  std::string last;
  {
    std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < events_.size() && i < kBatch; ++i) {
      batch.push_back(catalog::toJson(events_[i]));
      last = events_[i].id;
    }
  }
  if (batch.empty()) return true;
  const std::size_t size = batch.size();
  const json body = {{"events", std::move(batch)}};
  const auto response =
      knowledge_.post("/v1/events", body.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!response) return false;
  const bool taken = response->status < 300;
  std::lock_guard lock(mutex_);
  // The front may have been dropped meanwhile: remove up to the last event of the batch only.
  const auto end = std::find_if(events_.begin(), events_.end(),
                                [&](const catalog::Event& event) { return event.id == last; });
  if (end != events_.end()) events_.erase(events_.begin(), end + 1);
  queuedGauge_.Set(static_cast<double>(events_.size()));
  if (taken) {
    sent_.Increment(static_cast<double>(size));
  } else {
    count(size);  // refused once, refused always
  }
  return true;
}

void EventQueue::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !events_.empty(); })) return;
    }
    if (flush()) continue;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, kPause, [] { return false; });
  }
}

}  // namespace shopkeeper::ui
