#include "tests/bench/soak/report.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace shopkeeper::bench {
namespace {

// Of anonymous memory: the rest of RSS is pages of files, which come in as code is first used. Over
// the whole run, by the robust slope: 300 bytes a churn exceed it within 30 minutes.
constexpr double kMemoryToleranceKiB = 512;
constexpr double kThreadTolerance = 1;

bool grew(const char* what, const std::vector<Sample>& samples, double tolerance) {
  const double by = growth(withoutWarmUp(samples));
  const bool tooMuch = by > tolerance;
  std::printf("%-22s %+9.1f over the run by Theil-Sen, %.0f allowed%s\n", what, by, tolerance,
              tooMuch ? "  GREW" : "");
  return tooMuch;
}

}  // namespace

// Kept connections come and go with the load, so descriptors are judged by what is left of them
// once the load is gone and the pools had time to let go: as many as before, not one more.
bool report(const Plan& plan, const Outcome& outcome, Tally& tally) {
  const Series& series = outcome.series;
  bool bad = tally.lost > 0;
  bad |= grew("anonymous memory, KiB", series.anonymousKiB, kMemoryToleranceKiB);
  bad |= grew("threads", series.threads, kThreadTolerance);
  const auto resident = withoutWarmUp(series.residentKiB);
  const auto descriptors = withoutWarmUp(series.descriptors);
  const bool leaked = outcome.descriptorsAfter > outcome.descriptorsBefore;
  std::printf("descriptors            %d before the load, %d once it was gone%s\n",
              outcome.descriptorsBefore, outcome.descriptorsAfter, leaked ? "  GREW" : "");
  bad |= leaked;
  if (resident.size() < 2) {
    std::fprintf(stderr, "bench_soak: too short to tell growth\n");
    return false;
  }
  const nlohmann::ordered_json json{{"minutes", plan.minutes},
                                    {"capacity_rps", outcome.capacity},
                                    {"rate_rps", outcome.rate},
                                    {"sent", tally.sent.load()},
                                    {"lost", tally.lost.load()},
                                    {"p99_ms", tally.latencySoFar().quantileMs(0.99)},
                                    {"rss_start_mb", resident.front().value / 1024},
                                    {"rss_end_mb", resident.back().value / 1024},
                                    {"rss_slope_kb_per_min", slopeAMinute(resident)},
                                    {"fds_start", outcome.descriptorsBefore},
                                    {"fds_end", outcome.descriptorsAfter},
                                    {"fds_loaded_start", descriptors.front().value},
                                    {"fds_loaded_end", descriptors.back().value},
                                    {"churns", outcome.churns}};
  std::filesystem::create_directories("build/bench");
  std::ofstream("build/bench/soak.json") << json.dump(1) << '\n';
  std::printf("%llu sent, %llu lost, %llu churns: %s\n",
              static_cast<unsigned long long>(tally.sent.load()),
              static_cast<unsigned long long>(tally.lost.load()),
              static_cast<unsigned long long>(outcome.churns), bad ? "FAILED" : "passed");
  return !bad;
}

}  // namespace shopkeeper::bench
