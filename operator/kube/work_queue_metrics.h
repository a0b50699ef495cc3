// The series of one work queue, under controller-runtime's names.
#pragma once

#include <string>

#include "common/clock.h"
#include "common/metrics.h"

namespace shopkeeper::kube {

struct WorkQueueMetrics {
  WorkQueueMetrics(Metrics& metrics, const std::string& name);

  prometheus::Gauge& depth;
  prometheus::Counter& adds;
  prometheus::Counter& retries;
  prometheus::Histogram& waited;  // workqueue_queue_duration_seconds
  prometheus::Histogram& worked;  // workqueue_work_duration_seconds
  prometheus::Gauge& unfinished;
  prometheus::Gauge& longest;
};

inline double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace shopkeeper::kube
