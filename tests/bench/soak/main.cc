// A soak: no request may be lost, and neither memory nor descriptors nor threads may grow.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "tests/bench/soak/fleet.h"
#include "tests/bench/soak/periodic.h"
#include "tests/bench/soak/report.h"

namespace {

using namespace shopkeeper;
using namespace shopkeeper::bench;
namespace fs = std::filesystem;
using std::chrono::seconds;

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
  const bool passed = report(plan, *outcome, tally);
  if (passed) {
    fs::remove_all(plan.scratch);
  } else {
    std::printf("the sidecar's log is in %s\n", scratch);
  }
  return passed ? 0 : 1;
}
