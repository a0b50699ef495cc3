// Brings one guide to what its spec says.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/metrics.h"
#include "operator/api/status.h"
#include "operator/control/heartbeat_registry.h"
#include "operator/control/traffic_ledger.h"
#include "operator/controllers/mesh_keeper.h"
#include "operator/controllers/object_keeper.h"
#include "operator/kube/controller.h"
#include "operator/kube/events.h"
#include "operator/specs/platform.h"
#include "operator/world/world.h"

namespace shopkeeper::controllers {

// Level-based: looks at guide, caches and heartbeats, and writes what differs; nothing otherwise.
// Deletion needs no finalizer: all objects have the guide as their owner, and the StatefulSet's
// retention policy says what becomes of the volume. Thread-safe for different guides.
class GuideReconciler {
 public:
  // All must outlive it. `platform` is asked at each reconcile, because the authority changes.
  struct Deps {
    kube::Client& client;  // fenced
    const world::World& world;
    const control::HeartbeatRegistry& heartbeats;
    const control::TrafficLedger& measured;
    kube::EventRecorder& events;
    const Clock& clock;
    Metrics& metrics;
    std::function<specs::Platform()> platform;
  };
  explicit GuideReconciler(Deps deps);

  Result<kube::Outcome> reconcile(const kube::ReconcileRequest& request);

 private:
  struct Work;  // one reconcile's findings
  Status keepObjects(const api::ShoppingGuide& guide, const kube::Object& object, Work& work);
  Status checkCluster(const api::ShoppingGuide& guide, Work& work);
  Status writeStatusOf(const api::ShoppingGuide& guide, const kube::Object& object, Work& work);
  Result<kube::Outcome> refuse(const kube::Object& object, const Error& problem,
                               const kube::Call& call);
  void report(const kube::Object& object, const api::GuideStatus& before,
              const api::GuideStatus& after);

  Deps deps_;
  ObjectKeeper keeper_;
  MeshKeeper mesh_;
};

}  // namespace shopkeeper::controllers
