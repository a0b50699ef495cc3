#include "tests/bench/soak/monitor.h"

#include <chrono>
#include <cstdio>

namespace shopkeeper::bench {
namespace {

constexpr int kSamplesALine = 6;

}  // namespace

Status Monitor::sample() {
  if (auto scraped = sidecar_.scrape(); !scraped) return scraped;
  const Holding now = sidecar_.child().holding();
  const double minutes =
      std::chrono::duration<double, std::ratio<60>>(Steady::now() - begun_).count();
  series_.residentKiB.push_back({minutes, now.residentMiB * 1024});
  series_.anonymousKiB.push_back({minutes, now.anonymousMiB * 1024});
  series_.descriptors.push_back({minutes, static_cast<double>(now.descriptors)});
  series_.threads.push_back({minutes, static_cast<double>(now.threads)});
  if (++samples_ % kSamplesALine != 0) return ok();
  const sidecar::LatencyHistogram latency = tally_.latencySoFar();
  std::printf(
      "%5.1f min: %9llu done, %llu lost, RSS %.2f MiB (anonymous %.2f), %d descriptors, "
      "%d threads, p99 %.2f ms\n",
      minutes, static_cast<unsigned long long>(tally_.done.load()),
      static_cast<unsigned long long>(tally_.lost.load()), now.residentMiB, now.anonymousMiB,
      now.descriptors, now.threads, latency.since(last_).quantileMs(0.99));
  std::fflush(stdout);
  last_ = latency;
  return ok();
}

}  // namespace shopkeeper::bench
