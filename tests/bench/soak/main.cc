// A soak: the sidecar at 80 % of what it can carry while the endpoints change every second. No
// request may be lost, and neither memory nor descriptors nor threads may grow.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "sidecar/proxy/latency_histogram.h"
#include "tests/bench/proxy/load.h"
#include "tests/bench/soak/fleet.h"
#include "tests/bench/soak/growth.h"
#include "tests/bench/soak/sidecar_under_soak.h"

namespace {

using namespace shopkeeper;
using namespace shopkeeper::bench;
using shopkeeper::sidecar::LatencyHistogram;
namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr int kCapacityStep = 1'000;  // requests
constexpr seconds kCapacityTime{10};
constexpr seconds kSampleEvery{5};
constexpr int kSamplesALine = 6;
// What counts as growth, over the whole run by the robust slope. 300 bytes a
// churn exceed it within 30 minutes.
constexpr double kMemoryToleranceKiB = 512;
constexpr double kThreadTolerance = 1;
// Kept connections come and go with the load, so descriptors are judged by what is left of them
// once the load is gone and the pools had time to let go: a few for checks that are under way.
constexpr seconds kLetGo{90};
constexpr int kDescriptorTolerance = 4;

struct Plan {
  double minutes = 30;
  double share = 0.8;  // of capacity
  int connections = 64;
  std::uint64_t seed = 1;
  int idle = 0;  // seconds; 0: soak
  std::string binary;
  std::string scratch;
};

// Written by the load, read by the monitor.
struct Tally {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> lost{0};
  std::mutex mutex;
  LatencyHistogram latency;
  LatencyHistogram latencySoFar() {
    std::lock_guard lock(mutex);
    return latency;
  }
};

struct Series {
  std::vector<Sample> residentKiB, anonymousKiB, descriptors, threads;
};

// Calls `work` every `period` until asked to stop or it fails; the failure is left in `failure`.
template <class Work>
std::jthread every(seconds period, Status& failure, Work work) {
  return std::jthread([period, &failure, work](const std::stop_token& stop) mutable {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    for (auto next = Steady::now() + period; failure; next += period) {
      wake.wait_until(lock, stop, next, [] { return false; });
      if (stop.stop_requested()) return;
      failure = work();
    }
    std::fprintf(stderr, "bench_soak: %s\n", failure.error().message().c_str());
  });
}

Result<double> capacityOf(Load& load) {
  const auto begun = Steady::now();
  int answered = 0;
  while (Steady::now() - begun < kCapacityTime) {
    if (auto done = load.closedLoop(kCapacityStep); !done) return done.error();
    answered += kCapacityStep;
  }
  return answered / std::chrono::duration<double>(Steady::now() - begun).count();
}

class Monitor {
 public:
  Monitor(const SidecarUnderSoak& sidecar, Tally& tally) : sidecar_(sidecar), tally_(tally) {}

  Status sample() {
    if (auto scraped = sidecar_.scrape(); !scraped) return scraped;
    const Holding now = sidecar_.child().holding();
    const double minutes =
        std::chrono::duration<double, std::ratio<60>>(Steady::now() - begun_).count();
    series_.residentKiB.push_back({minutes, now.residentMiB * 1024});
    series_.anonymousKiB.push_back({minutes, now.anonymousMiB * 1024});
    series_.descriptors.push_back({minutes, static_cast<double>(now.descriptors)});
    series_.threads.push_back({minutes, static_cast<double>(now.threads)});
    if (++samples_ % kSamplesALine != 0) return ok();
    const LatencyHistogram latency = tally_.latencySoFar();
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
  const Series& series() const { return series_; }

 private:
  const SidecarUnderSoak& sidecar_;
  Tally& tally_;
  const Steady::time_point begun_ = Steady::now();
  Series series_;
  int samples_ = 0;
  LatencyHistogram last_;
};

struct Outcome {
  double capacity = 0;
  int rate = 0;
  std::uint64_t churns = 0;
  int descriptorsBefore = 0;
  int descriptorsAfter = 0;
  Series series;
};

Load::Observer observerOf(Tally& tally) {
  return {.sent = [&tally] { ++tally.sent; },
          .answered =
              [&tally](double micros) {
                ++tally.done;
                std::lock_guard lock(tally.mutex);
                tally.latency.record(std::chrono::nanoseconds(static_cast<long>(micros * 1000)));
              },
          .lost =
              [&tally](const std::string& why) {
                if (++tally.lost <= 20) std::printf("lost: %s\n", why.c_str());
              }};
}

int descriptorsOnceLetGo(const Child& child, int before) {
  const auto limit = Steady::now() + kLetGo;
  int now = child.holding().descriptors;
  while (now > before + kDescriptorTolerance && Steady::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    now = child.holding().descriptors;
  }
  return now;
}

Result<Outcome> soak(const Plan& plan, Tally& tally) {
  auto fleet = Fleet::start("bench", plan.seed);
  if (!fleet) return fleet.error();
  auto sidecar =
      SidecarUnderSoak::start(plan.binary, plan.scratch, fleet->directives(), fleet->port());
  if (!sidecar) return sidecar.error();
  Outcome outcome;
  outcome.descriptorsBefore = (*sidecar)->child().holding().descriptors;
  auto opened = Load::open((*sidecar)->egress(), plan.connections);
  if (!opened) return opened.error();
  std::optional<Load> load(std::move(*opened));
  const auto capacity = capacityOf(*load);
  if (!capacity) return capacity.error().within("measuring capacity");
  outcome.capacity = *capacity;
  outcome.rate = static_cast<int>(*capacity * plan.share);
  std::printf("capacity %.0f requests/s; %.1f minutes at %d\n", *capacity, plan.minutes,
              outcome.rate);
  std::fflush(stdout);

  Monitor monitor(**sidecar, tally);
  Status churned = ok(), monitored = ok(), sent = ok();
  {
    auto& theOperator = (*sidecar)->theOperator();
    const auto churning = every(seconds(1), churned, [&] {
      auto stepped = fleet->step(theOperator.last().appliedGeneration);
      theOperator.give(fleet->directives());
      ++outcome.churns;
      return stepped;
    });
    const auto monitoring = every(kSampleEvery, monitored, [&] { return monitor.sample(); });
    sent = load->openLoop(outcome.rate,
                          std::chrono::milliseconds(static_cast<long>(plan.minutes * 60'000)),
                          observerOf(tally));
  }
  for (const Status& each : {sent, churned, monitored}) {
    if (!each) return each.error();
  }
  outcome.series = monitor.series();
  load.reset();
  outcome.descriptorsAfter = descriptorsOnceLetGo((*sidecar)->child(), outcome.descriptorsBefore);
  return outcome;
}

bool grew(const char* what, const std::vector<Sample>& samples, double tolerance) {
  const double by = growth(withoutWarmUp(samples));
  const bool tooMuch = by > tolerance;
  std::printf("%-22s %+9.1f over the run by Theil-Sen, %.0f allowed%s\n", what, by, tolerance,
              tooMuch ? "  GREW" : "");
  return tooMuch;
}

// Without load: heartbeats, checks, probes and scrapes only.
Status idle(const Plan& plan) {
  auto fleet = Fleet::start("bench", plan.seed);
  if (!fleet) return fleet.error();
  auto sidecar =
      SidecarUnderSoak::start(plan.binary, plan.scratch, fleet->directives(), fleet->port());
  if (!sidecar) return sidecar.error();
  Status scraped = ok();
  {
    const auto scraping = every(seconds(1), scraped, [&] { return (*sidecar)->scrape(); });
    std::this_thread::sleep_for(seconds(plan.idle));
  }
  if (!scraped) return scraped;
  const Child& child = (*sidecar)->child();
  const Holding all = child.holding();
  std::printf("%9s %9s  KiB after %d s; %d threads, %d descriptors\n", "RSS", "anonymous",
              plan.idle, all.threads, all.descriptors);
  std::printf("%9.0f %9.0f  all\n", all.residentMiB * 1024, all.anonymousMiB * 1024);
  for (const auto& [file, part] : child.holdingByFile()) {
    if (part.residentMiB <= 0) continue;
    std::printf("%9.0f %9.0f  %s\n", part.residentMiB * 1024, part.anonymousMiB * 1024,
                file.empty() ? "other" : file.c_str());
  }
  return ok();
}

int judge(const Plan& plan, const Outcome& outcome, Tally& tally) {
  const Series& series = outcome.series;
  bool bad = tally.lost > 0;
  bad |= grew("RSS, KiB", series.residentKiB, kMemoryToleranceKiB);
  bad |= grew("anonymous memory, KiB", series.anonymousKiB, kMemoryToleranceKiB);
  bad |= grew("threads", series.threads, kThreadTolerance);
  const auto resident = withoutWarmUp(series.residentKiB);
  const auto descriptors = withoutWarmUp(series.descriptors);
  const bool leaked = outcome.descriptorsAfter > outcome.descriptorsBefore + kDescriptorTolerance;
  std::printf("descriptors            %d before the load, %d once it was gone%s\n",
              outcome.descriptorsBefore, outcome.descriptorsAfter, leaked ? "  GREW" : "");
  bad |= leaked;
  if (resident.size() < 2) {
    std::fprintf(stderr, "bench_soak: too short to tell growth\n");
    return 1;
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
                                    {"fds_start", descriptors.front().value},
                                    {"fds_end", descriptors.back().value},
                                    {"churns", outcome.churns}};
  fs::create_directories("build/bench");
  std::ofstream("build/bench/soak.json") << json.dump(1) << '\n';
  std::printf("%llu sent, %llu lost, %llu churns: %s\n",
              static_cast<unsigned long long>(tally.sent.load()),
              static_cast<unsigned long long>(tally.lost.load()),
              static_cast<unsigned long long>(outcome.churns), bad ? "FAILED" : "passed");
  return bad ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  CLI::App app("The sidecar at 80 % of capacity, endpoints changing every second.");
  // The operator's certificate is valid for an hour.
  app.add_option("--minutes", plan.minutes, "How long")
      ->capture_default_str()
      ->check(CLI::Range(0.5, 50.0));
  app.add_option("--share", plan.share, "Of capacity")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 1.0));
  app.add_option("--connections", plan.connections, "Of the load")->capture_default_str();
  app.add_option("--seed", plan.seed, "Of what comes and goes")->capture_default_str();
  app.add_option("--idle", plan.idle, "Only show an idle sidecar's memory after so many seconds");
  CLI11_PARSE(app, argc, argv);
  plan.binary = fs::read_symlink("/proc/self/exe").parent_path() / "shopkeeper-sidecar";
  char scratch[] = "/tmp/bench-soak-XXXXXX";
  if (::mkdtemp(scratch) == nullptr) return 1;
  plan.scratch = scratch;
  if (plan.idle > 0) {
    const auto shown = idle(plan);
    if (!shown) std::fprintf(stderr, "bench_soak: %s\n", shown.error().message().c_str());
    fs::remove_all(plan.scratch);
    return shown ? 0 : 1;
  }
  Tally tally;
  const auto outcome = soak(plan, tally);
  if (!outcome) {
    std::fprintf(stderr, "bench_soak: %s; its log is in %s\n", outcome.error().message().c_str(),
                 scratch);
    return 1;
  }
  const int code = judge(plan, *outcome, tally);
  if (code == 0) {
    fs::remove_all(plan.scratch);
  } else {
    std::printf("the sidecar's log is in %s\n", scratch);
  }
  return code;
}
