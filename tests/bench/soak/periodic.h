// Work on a thread of its own, again and again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <thread>

#include "common/result.h"

namespace shopkeeper::bench {

// Calls `work` every `period` until the thread is asked to stop or `work` fails. The failure is
// printed and left in `failure`, which holds ok() before and is read after the thread was joined.
template <class Work>
std::jthread every(std::chrono::seconds period, Status& failure, Work work) {
  return std::jthread([period, &failure, work](const std::stop_token& stop) mutable {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    for (auto next = std::chrono::steady_clock::now() + period; failure; next += period) {
      wake.wait_until(lock, stop, next, [] { return false; });
      if (stop.stop_requested()) return;
      failure = work();
    }
    std::fprintf(stderr, "bench_soak: %s\n", failure.error().message().c_str());
  });
}

}  // namespace shopkeeper::bench
