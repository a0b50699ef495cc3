#include "sidecar/agent/drainer.h"

#include "common/log.h"

namespace shopkeeper::sidecar {

Drainer::Drainer(const DrainConfig& config, SharedState& state, DataPlane& plane,
                 std::function<void()> onBegin)
    : config_(config), state_(state), plane_(plane), onBegin_(std::move(onBegin)) {}

Drainer::~Drainer() {
  if (thread_.joinable()) thread_.join();
}

void Drainer::begin() {
  std::lock_guard lock(mutex_);
  if (phase_ != Phase::Serving) return;
  phase_ = Phase::Settling;
  state_.setDraining();
  plane_.announceDrain();
  thread_ = std::thread([this] { run(); });
}

void Drainer::run() {
  log::info("draining", {{"drain.settle_ms", config_.settle.count()},
                         {"drain.timeout_ms", config_.timeout.count()}});
  onBegin_();
  std::this_thread::sleep_for(config_.settle);
  enter(Phase::Closing);
  plane_.closeIngress();
  const bool empty = plane_.waitIngressEmpty(config_.timeout);
  if (empty) {
    log::info("drained");
  } else {
    log::warn("drain timed out with requests in flight",
              {{"drain.in_flight", plane_.ingressCounts().inFlight}});
  }
  enter(Phase::Drained);
}

void Drainer::enter(Phase phase) {
  std::lock_guard lock(mutex_);
  phase_ = phase;
  changed_.notify_all();
}

Drainer::Phase Drainer::phase() const {
  std::lock_guard lock(mutex_);
  return phase_;
}

bool Drainer::wait(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return phase_ == Phase::Drained; });
}

std::chrono::milliseconds Drainer::bound() const {
  return config_.settle + config_.timeout + std::chrono::seconds(6);
}

const char* toString(Drainer::Phase phase) {
  switch (phase) {
    case Drainer::Phase::Serving:
      return "serving";
    case Drainer::Phase::Settling:
      return "settling";
    case Drainer::Phase::Closing:
      return "closing";
    case Drainer::Phase::Drained:
      return "drained";
  }
  return "unknown";
}

}  // namespace shopkeeper::sidecar
