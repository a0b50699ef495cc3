// Carries log lines out of the data plane without ever making it wait for a slow stdout.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <variant>

#include "sidecar/proxy/access_record.h"
#include "sidecar/proxy/upstream.h"

namespace shopkeeper::sidecar {

// Thread-safe. Holds at most 1,024 lines; more are dropped and counted. A thread of its own writes
// them; the destructor writes what is left.
class EventLog final : public AccessSink {
 public:
  static constexpr std::size_t kMaxWaiting = 1024;

  EventLog();
  ~EventLog() override;

  void health(HealthEvent event) { push(std::move(event)); }
  void access(AccessRecord record) override { push(std::move(record)); }
  std::uint64_t dropped() const;

 private:
  using Event = std::variant<HealthEvent, AccessRecord>;
  void push(Event event);
  void run();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Event> waiting_;
  std::uint64_t dropped_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace shopkeeper::sidecar
