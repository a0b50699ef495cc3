#include "sidecar/backup/storage/pause.h"

#include <condition_variable>
#include <mutex>

namespace shopkeeper::backup {

Pause pauseUntil(std::stop_token stop) {
  return [stop = std::move(stop)](Duration length) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    return !stopped.wait_for(lock, stop, length, [&] { return stop.stop_requested(); });
  };
}

}  // namespace shopkeeper::backup
