// What is watched while the soak runs.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "sidecar/proxy/latency_histogram.h"
#include "tests/bench/proxy/load.h"
#include "tests/bench/soak/growth.h"
#include "tests/bench/soak/sidecar_under_soak.h"

namespace shopkeeper::bench {

// Written by the load, read by the monitor.
struct Tally {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> lost{0};
  std::mutex mutex;
  sidecar::LatencyHistogram latency;
  sidecar::LatencyHistogram latencySoFar() {
    std::lock_guard lock(mutex);
    return latency;
  }
};

struct Series {
  std::vector<Sample> residentKiB, anonymousKiB, descriptors, threads;
};

// Not thread-safe; `sidecar` and `tally` outlive it.
class Monitor {
 public:
  Monitor(const SidecarUnderSoak& sidecar, Tally& tally) : sidecar_(sidecar), tally_(tally) {}

  // Scrapes the sidecar and takes a sample; each sixth time prints a line.
  Status sample();
  const Series& series() const { return series_; }

 private:
  const SidecarUnderSoak& sidecar_;
  Tally& tally_;
  const Steady::time_point begun_ = Steady::now();
  Series series_;
  int samples_ = 0;
  sidecar::LatencyHistogram last_;
};

}  // namespace shopkeeper::bench
