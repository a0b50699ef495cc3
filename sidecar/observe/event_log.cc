#include "sidecar/observe/event_log.h"

#include "common/log.h"

namespace shopkeeper::sidecar {
namespace {

void write(const HealthEvent& event) {
  log::info(event.healthy ? "endpoint healthy again" : "endpoint ejected",
            {{"upstream.name", event.upstream},
             {"upstream.address", event.address},
             {"upstream.pod", event.pod},
             {"event.reason", event.reason}});
}

void write(const AccessRecord& record) {
  log::info("request", {{"network.door", record.door},
                        {"http.request.method", record.method},
                        {"url.path", record.target},
                        {"client.ip", record.client},
                        {"upstream.name", record.upstream},
                        {"http.response.status_code", record.status},
                        {"event.duration", record.duration.count() * 1000}});
}

}  // namespace

EventLog::EventLog() : thread_([this] { run(); }) {}

EventLog::~EventLog() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void EventLog::push(Event event) {
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMaxWaiting) {
      ++dropped_;
      return;
    }
    waiting_.push_back(std::move(event));
  }
  wake_.notify_one();
}

std::uint64_t EventLog::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

void EventLog::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::deque<Event> batch;
    batch.swap(waiting_);
    lock.unlock();
    for (const Event& event : batch) {
      std::visit([](const auto& each) { write(each); }, event);
    }
    lock.lock();
  }
}

}  // namespace shopkeeper::sidecar
