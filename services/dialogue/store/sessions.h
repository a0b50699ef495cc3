// What each conversation spoke of last, in memory.
#pragma once

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "common/clock.h"
#include "services/dialogue/domain/reply.h"

namespace shopkeeper::dialogue {

// Thread-safe. Holds the `capacity` most recently used contexts, each for `lifetime` since its last
// use; older ones are forgotten.
class Sessions {
 public:
  Sessions(const Clock& clock, std::size_t capacity = 10'000,
           std::chrono::minutes lifetime = std::chrono::minutes(60))
      : clock_(clock), capacity_(capacity), lifetime_(lifetime) {}

  // An empty context for a session not (or no longer) known.
  Context get(const std::string& session);
  void put(const std::string& session, Context context);
  std::size_t size() const;

 private:
  struct Entry {
    std::string session;
    Context context;
    MonotonicTime used;
  };
  const Clock& clock_;
  const std::size_t capacity_;
  const std::chrono::minutes lifetime_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // most recent first
  std::unordered_map<std::string, std::list<Entry>::iterator> bySession_;
};

}  // namespace shopkeeper::dialogue
