// events.k8s.io/v1: what `kubectl describe` shows people.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "common/clock.h"
#include "common/metrics.h"
#include "common/random.h"
#include "operator/kube/client.h"
#include "operator/kube/object.h"
#include "operator/kube/pause.h"

namespace shopkeeper::kube {

enum class EventType { Normal, Warning };

// Thread-safe.
class EventRecorder {
 public:
  virtual ~EventRecorder() = default;
  // `reason`: CamelCase, at most 128 bytes, one of a fixed set. `note`: for people, cut at 1 kB.
  // `action`: what was being done ("Reconcile"). Never blocks and never fails: events are hints.
  virtual void publish(const Object& regarding, EventType type, const std::string& reason,
                       const std::string& note, const std::string& action = "Reconcile") = 0;
};

struct EventOptions {
  std::string controller;                 // "shopkeeper.dev/operator"
  std::string instance;                   // the pod
  std::string clusterWideNs = "default";  // where events on cluster-wide objects live
  std::size_t maxPending = 1000;          // more are dropped and counted
  std::size_t maxSeries = 4096;           // events remembered for aggregation
  // kube-rs' and client-go's: a series that was quiet this long begins anew.
  Duration seriesLife = std::chrono::minutes(6);
  // A series that grows is written at most this often.
  Duration seriesInterval = std::chrono::seconds(30);
  // New notes per object and reason: a burst, then one each interval (client-go's spam filter
  // allows 25, then one each 5 minutes).
  int burst = 25;
  Duration refill = std::chrono::minutes(5);
};

// Sends from one thread of its own. The same (object, type, reason, action, note) within
// `seriesLife` becomes one Event whose series.count grows: the API allows no other field of an
// Event to change. `client`, `clock`, `random`, `pause` and `metrics` must outlive it.
class AsyncEventRecorder final : public EventRecorder {
 public:
  struct Deps {
    Client& client;
    const Clock& clock;
    Random& random;
    Pause& pause;
    Metrics* metrics = nullptr;  // shopkeeper_events_{sent,dropped,failed}_total
  };
  AsyncEventRecorder(EventOptions options, Deps deps);
  ~AsyncEventRecorder() override;  // what is pending is sent for up to 2 s

  void publish(const Object& regarding, EventType type, const std::string& reason,
               const std::string& note, const std::string& action) override;

  void start();
  // Sends one pending event on the calling thread; false where none waits. For tests.
  bool sendOne();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shopkeeper::kube
