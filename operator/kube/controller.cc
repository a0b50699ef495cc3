#include "operator/kube/controller.h"

#include "common/log.h"
#include "operator/kube/deadlines.h"
#include "operator/kube/work_queue_metrics.h"

namespace shopkeeper::kube {
namespace {

// controller-runtime's 40.
const prometheus::Histogram::BucketBoundaries& reconcileBuckets() {
  static const prometheus::Histogram::BucketBoundaries bounds{
      0.005, 0.01, 0.025, 0.05, 0.1,  0.15, 0.2,  0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6,
      0.7,   0.8,  0.9,   1.0,  1.25, 1.5,  1.75, 2.0,  2.5, 3.0,  3.5, 4.0,  4.5, 5,
      6,     7,    8,     9,    10,   15,   20,   25,   30,  40,   50,  60};
  return bounds;
}

}  // namespace

// Series of controller-runtime, all there from the start so that rate() sees the first error.
struct Controller::Instruments {
  Instruments(Metrics* metrics, const ControllerOptions& options)
      : own(metrics == nullptr ? std::make_unique<Metrics>() : nullptr),
        in(metrics == nullptr ? *own : *metrics),
        name(options.name),
        success(result("success")),
        error(result("error")),
        requeue(result("requeue")),
        requeueAfter(result("requeue_after")),
        errors(in.counter("controller_runtime_reconcile_errors_total",
                          "Total number of reconciliation errors per controller",
                          {{"controller", name}})),
        terminal(in.counter("controller_runtime_terminal_reconcile_errors_total",
                            "Total number of terminal reconciliation errors per controller",
                            {{"controller", name}})),
        panics(in.counter("controller_runtime_reconcile_panics_total",
                          "Total number of reconciliation panics per controller",
                          {{"controller", name}})),
        timeouts(in.counter("controller_runtime_reconcile_timeouts_total",
                            "Total number of reconciliation timeouts per controller",
                            {{"controller", name}})),
        time(in.histogram("controller_runtime_reconcile_time_seconds",
                          "Length of time per reconciliation per controller", reconcileBuckets(),
                          {{"controller", name}})),
        active(in.gauge("controller_runtime_active_workers",
                        "Number of currently used workers per controller",
                        {{"controller", name}})) {
    in.gauge("controller_runtime_max_concurrent_reconciles",
             "Maximum number of concurrent reconciles per controller", {{"controller", name}})
        .Set(options.workers);
  }

  prometheus::Counter& result(const char* label) {
    return in.counter("controller_runtime_reconcile_total",
                      "Total number of reconciliations per controller",
                      {{"controller", name}, {"result", label}});
  }

  std::unique_ptr<Metrics> own;
  Metrics& in;
  const std::string name;
  prometheus::Counter& success;
  prometheus::Counter& error;
  prometheus::Counter& requeue;
  prometheus::Counter& requeueAfter;
  prometheus::Counter& errors;
  prometheus::Counter& terminal;
  prometheus::Counter& panics;
  prometheus::Counter& timeouts;
  prometheus::Histogram& time;
  prometheus::Gauge& active;
  Deadlines deadlines;
  std::stop_source stopping;
};

Controller::Controller(ControllerOptions options, Reconciler reconciler, Deps deps)
    : options_(std::move(options)),
      reconciler_(std::move(reconciler)),
      deps_(deps),
      queue_(options_.name, deps_.clock, deps_.metrics),
      instruments_(std::make_unique<Instruments>(deps_.metrics, options_)) {}

Controller::~Controller() { stop(); }

void Controller::start() {
  for (int i = 0; i < options_.workers; ++i) {
    workers_.emplace_back([this] {
      while (const auto item = queue_.take()) process(*item);
    });
  }
}

void Controller::stop() {
  queue_.shutDown();
  instruments_->stopping.request_stop();
  workers_.clear();  // joins
}

bool Controller::runOnce() {
  const auto item = queue_.tryTake();
  if (!item) return false;
  process(*item);
  return true;
}

void Controller::process(const QueueItem& item) {
  Instruments& in = *instruments_;
  std::stop_source source;
  const std::stop_callback onStop(in.stopping.get_token(), [&source] { source.request_stop(); });
  const ReconcileRequest request{item.key, randomHex(deps_.random, 8), source.get_token(),
                                 item.priority};
  in.active.Increment();
  const MonotonicTime begun = deps_.clock.now();
  bool expired = false;
  const Result<Outcome> result = [&]() -> Result<Outcome> {
    const Deadlines::Watch watch(in.deadlines, options_.reconcileTimeout, source);
    auto outcome = guarded(request);
    expired = watch.expired();
    return outcome;
  }();
  in.time.Observe(seconds(deps_.clock.now() - begun));
  in.active.Decrement();
  if (expired) in.timeouts.Increment();
  settle(item, request, result);
  queue_.done(item.key);
}

// The border: whatever a reconciler throws costs this one attempt and nothing else.
Result<Outcome> Controller::guarded(const ReconcileRequest& request) {
  try {
    return reconciler_(request);
  } catch (const std::exception& e) {
    instruments_->panics.Increment();
    return Error(ErrorCode::Internal, std::string("exception: ") + e.what(), true);
  } catch (...) {
    instruments_->panics.Increment();
    return Error(ErrorCode::Internal, "exception of unknown type", true);
  }
}

void Controller::settle(const QueueItem& item, const ReconcileRequest& request,
                        const Result<Outcome>& result) {
  Instruments& in = *instruments_;
  const std::string object = item.key.toString();
  if (!result) {
    in.error.Increment();
    in.errors.Increment();
    queue_.addRateLimited(item.key, item.priority);
    // Conflicts are how optimistic locking works, and a stop is no failure.
    const bool quiet =
        result.error().code() == ErrorCode::Conflict || in.stopping.get_token().stop_requested();
    const int failures = queue_.failures(item.key);
    if (quiet) {
      log::debug("reconcile will be repeated", {{"controller", options_.name},
                                                {"object", object},
                                                {"reconcile.id", request.id},
                                                {"error.message", result.error().message()}});
    } else {
      log::error("reconcile failed", result.error(),
                 {{"controller", options_.name},
                  {"object", object},
                  {"reconcile.id", request.id},
                  {"failures", failures}});
    }
    return;
  }
  queue_.forget(item.key);
  if (result->terminal) {
    in.error.Increment();
    in.errors.Increment();
    in.terminal.Increment();
    log::error("reconcile cannot succeed until the object changes", *result->terminal,
               {{"controller", options_.name}, {"object", object}, {"reconcile.id", request.id}});
  } else if (result->requeueAfter > Duration::zero()) {
    in.requeueAfter.Increment();
    queue_.addAfter(item.key, result->requeueAfter, item.priority);
  } else {
    in.success.Increment();
  }
}

}  // namespace shopkeeper::kube
