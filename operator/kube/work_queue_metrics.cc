#include "operator/kube/work_queue_metrics.h"

namespace shopkeeper::kube {
namespace {

// Finer than controller-runtime's powers of ten, so that a p99 means something.
const prometheus::Histogram::BucketBoundaries& buckets() {
  static const prometheus::Histogram::BucketBoundaries bounds{
      1e-6, 1e-5, 1e-4, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15,
      0.2,  0.25, 0.35, 0.5,   0.75,   1,     2.5,  5,     10,   30,  100};
  return bounds;
}

}  // namespace

WorkQueueMetrics::WorkQueueMetrics(Metrics& metrics, const std::string& name)
    : depth(metrics.gauge("workqueue_depth", "Current depth of workqueue.",
                          {{"name", name}, {"controller", name}})),
      adds(metrics.counter("workqueue_adds_total", "Total number of adds handled by workqueue.",
                           {{"name", name}, {"controller", name}})),
      retries(metrics.counter("workqueue_retries_total",
                              "Total number of retries handled by workqueue.",
                              {{"name", name}, {"controller", name}})),
      waited(metrics.histogram(
          "workqueue_queue_duration_seconds",
          "How long in seconds an item stays in workqueue before being requested.", buckets(),
          {{"name", name}, {"controller", name}})),
      worked(metrics.histogram("workqueue_work_duration_seconds",
                               "How long in seconds processing an item from workqueue takes.",
                               buckets(), {{"name", name}, {"controller", name}})),
      unfinished(metrics.gauge("workqueue_unfinished_work_seconds",
                               "How many seconds of work has been done that is in progress and "
                               "hasn't been observed by work_duration.",
                               {{"name", name}, {"controller", name}})),
      longest(metrics.gauge("workqueue_longest_running_processor_seconds",
                            "How many seconds has the longest running processor for workqueue "
                            "been running.",
                            {{"name", name}, {"controller", name}})) {}

}  // namespace shopkeeper::kube
