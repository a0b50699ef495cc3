// What runs while this replica leads: the controllers of one term of leadership.
#pragma once

#include <cstdint>
#include <functional>

#include "operator/control/directives_book.h"
#include "operator/control/fault_clock.h"
#include "operator/control/heartbeat_registry.h"
#include "operator/control/traffic_ledger.h"
#include "operator/controllers/guide_reconciler.h"
#include "operator/kube/controller.h"
#include "operator/specs/platform.h"
#include "operator/world/world.h"

namespace shopkeeper {

// Started and stopped once: each term has controllers and queues of its own.
class Term {
 public:
  struct Deps {
    kube::Client& client;  // fenced
    const world::World& world;
    control::HeartbeatRegistry& heartbeats;
    control::TrafficLedger& measured;
    control::DirectivesBook& book;
    kube::EventRecorder& events;
    Metrics& metrics;
    std::function<specs::Platform()> platform;
  };
  Term(std::uint64_t epoch, int workers, Deps deps);

  std::uint64_t epoch() const { return epoch_; }
  // All guides known are looked at first.
  void start();
  void stop();
  // Something about the guide changed; `traffic`: something that its directives depend on.
  // Thread-safe.
  void enqueue(const kube::ObjectKey& guide, bool initial, bool traffic);

 private:
  Result<kube::Outcome> planTraffic(const kube::ReconcileRequest& request);

  const std::uint64_t epoch_;
  Deps deps_;
  control::FaultClock faults_{systemClock()};  // of the one worker of traffic_
  controllers::GuideReconciler reconciler_;
  // Two queues: a pod that goes must reach the sidecars at once, however slow writes are.
  kube::Controller traffic_;
  kube::Controller guides_;
};

}  // namespace shopkeeper
