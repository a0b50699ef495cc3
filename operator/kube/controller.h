// Runs a reconciler over a work queue.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "common/clock.h"
#include "common/metrics.h"
#include "common/random.h"
#include "common/result.h"
#include "operator/kube/client.h"
#include "operator/kube/work_queue.h"

namespace shopkeeper::kube {

struct ReconcileRequest {
  ObjectKey key;
  std::string id;  // of this attempt; put it into every log line as "reconcile.id"
  // Stopped at the reconcile timeout and when the controller stops; pass it to every call.
  std::stop_token stop;
  int priority = kPriorityNormal;
};

// What follows a reconcile that did not fail in a way that helps to repeat.
struct Outcome {
  Duration requeueAfter{0};       // zero: wait for the next change
  std::optional<Error> terminal;  // trying again is useless until the object changes

  static Outcome done() { return {}; }
  static Outcome after(Duration delay) { return {delay, std::nullopt}; }
  static Outcome failed(Error error) { return {Duration{0}, std::move(error)}; }
};

// Level based: reads the world, writes what differs. An error (whatever its code) brings the key
// back with the item's back-off. May throw: that is caught, counted and treated as an error.
using Reconciler = std::function<Result<Outcome>(const ReconcileRequest&)>;

struct ControllerOptions {
  std::string name;  // label value of all metrics: "shoppingguide"
  int workers = 4;
  std::chrono::milliseconds reconcileTimeout{60'000};
};

// Metrics: controller_runtime_* and workqueue_*, all series present from the start with 0.
class Controller {
 public:
  struct Deps {
    const Clock& clock;
    Random& random;
    Metrics* metrics = nullptr;
  };
  Controller(ControllerOptions options, Reconciler reconciler, Deps deps);
  ~Controller();  // stops

  // Informer handlers put keys here, before and after start().
  WorkQueue& queue() { return queue_; }

  void start();
  // Hands out no further key, asks running reconciles to stop and waits for them. Idempotent; a
  // stopped controller cannot be started again.
  void stop();

  // One key, on the calling thread, for tests. False where none is ready.
  bool runOnce();

 private:
  struct Instruments;
  void process(const QueueItem& item);
  Result<Outcome> guarded(const ReconcileRequest& request);
  void settle(const QueueItem& item, const ReconcileRequest& request,
              const Result<Outcome>& result);

  const ControllerOptions options_;
  const Reconciler reconciler_;
  Deps deps_;
  WorkQueue queue_;
  std::unique_ptr<Instruments> instruments_;
  std::vector<std::jthread> workers_;
};

}  // namespace shopkeeper::kube
