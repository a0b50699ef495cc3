// Behaviour events on their way to knowledge.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "common/clock.h"
#include "common/metrics.h"
#include "services/catalog/model.h"
#include "services/ui/server/upstream.h"

namespace shopkeeper::ui {

// Thread-safe. Events wait in memory, at most `capacity`; while knowledge is away the oldest are
// dropped and counted (ui_events_dropped_total). An event keeps its id, so a batch sent twice
// counts once.
class EventQueue {
 public:
  EventQueue(Upstream& knowledge, Metrics& metrics, std::size_t capacity = 2'000);
  ~EventQueue();

  void start();
  void stop();  // what is queued is tried once more

  void push(catalog::Event event);
  std::size_t queued() const;
  std::uint64_t dropped() const;

 private:
  void run(std::stop_token stop);
  // Sends one batch from the front; false where knowledge did not take it.
  bool flush();
  void count(std::size_t lost);

  Upstream& knowledge_;
  const std::size_t capacity_;
  prometheus::Counter& sent_;
  prometheus::Counter& droppedCounter_;
  prometheus::Gauge& queuedGauge_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<catalog::Event> events_;
  std::uint64_t dropped_ = 0;
  std::jthread thread_;
};

}  // namespace shopkeeper::ui
