#include "common/stop.h"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <thread>

namespace shopkeeper {

struct StopOnSignal::Waiter {
  std::atomic<bool> ending{false};
  std::thread thread;
};

StopOnSignal::StopOnSignal() : waiter_(new Waiter) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  waiter_->thread = std::thread([this, signals] {
    const timespec slice{0, 200'000'000};  // how often `ending` is looked at
    while (!waiter_->ending) {
      if (sigtimedwait(&signals, nullptr, &slice) < 0) continue;
      if (source_.stop_requested()) std::_Exit(130);
      source_.request_stop();
    }
  });
}

StopOnSignal::~StopOnSignal() {
  waiter_->ending = true;
  waiter_->thread.join();
  delete waiter_;
}

void StopOnSignal::wait() {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait(lock, source_.get_token(), [] { return false; });
}

bool StopOnSignal::waitFor(std::chrono::milliseconds limit) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, source_.get_token(), limit, [] { return false; });
  return source_.stop_requested();
}

}  // namespace shopkeeper
