// Asks running work to stop when its time is over: one thread for all workers of a controller.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

namespace shopkeeper::kube {

// Thread-safe.
class Deadlines {
 public:
  Deadlines();
  ~Deadlines();

  // While it lives, `source` is asked to stop once `after` has passed.
  class Watch {
   public:
    Watch(Deadlines& deadlines, std::chrono::milliseconds after, std::stop_source source);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    // The deadline came first.
    bool expired() const;

   private:
    Deadlines& deadlines_;
    std::uint64_t id_;
  };

 private:
  struct Entry {
    std::chrono::steady_clock::time_point at;
    std::stop_source source;
    bool expired = false;
  };
  void run(const std::stop_token& stop);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::uint64_t, Entry> entries_;
  std::uint64_t nextId_ = 0;
  std::jthread thread_;
};

}  // namespace shopkeeper::kube
