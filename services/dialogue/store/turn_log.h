// Conversations kept in knowledge, as well as may be: a reply never waits for it or fails by it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/clock.h"
#include "common/http/client.h"
#include "common/metrics.h"
#include "services/dialogue/domain/engine.h"

namespace shopkeeper::dialogue {

// Thread-safe. Turns wait in a bounded queue for a background thread; when knowledge is away the
// oldest are dropped and counted (dialogue_turns_dropped_total).
class TurnLog {
 public:
  TurnLog(http::HttpClient& knowledge, const Clock& clock, Metrics& metrics,
          std::size_t capacity = 500);
  ~TurnLog();

  void start();
  void stop();  // what is still queued is tried once more

  void append(const std::string& session, const std::string& message, const std::string& reply);

  // The last turns of a session as knowledge holds them, or nothing where it cannot say within
  // `timeout`. Lets a second replica go on with a conversation that another one began.
  std::optional<std::vector<Turn>> read(const std::string& session,
                                        std::chrono::milliseconds timeout);

 private:
  struct Entry {
    std::string session;
    std::string body;
  };
  void run(std::stop_token stop);
  bool send(const Entry& entry);

  http::HttpClient& knowledge_;
  const Clock& clock_;
  const std::size_t capacity_;
  prometheus::Counter& dropped_;
  prometheus::Counter& stored_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Entry> queue_;
  MonotonicTime quietUntil_{};  // no reads before: knowledge just failed
  std::jthread thread_;
};

}  // namespace shopkeeper::dialogue
