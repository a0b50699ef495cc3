// shopkeeper-sidecar: the only door of each pod of a guide. docs/architecture.md has its contract.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "common/clock.h"
#include "common/log.h"
#include "common/random.h"
#include "common/stop.h"
#include "sidecar/agent/agent.h"
#include "sidecar/agent/config.h"
#include "sidecar/agent/drainer.h"
#include "sidecar/observe/admin.h"
#include "sidecar/observe/event_log.h"
#include "sidecar/startup_memory.h"

namespace shopkeeper::sidecar {
namespace {

// By then the first heartbeats, checks and scrapes were made.
constexpr std::chrono::seconds kStarted{10};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Order matters: what is used is built before its users and destroyed after them.
int serve(const SidecarConfig& config, StopOnSignal& stop) {
  const Clock& clock = systemClock();
  EventLog events;
  SharedState state;
  UpstreamTable table(
      clock, [&](const HealthEvent& event) { events.health(event); },
      Locality{environment("NODE_NAME"), ""});
  FaultTable faults(config.component, environment("POD_NAME"));
  auto plane = DataPlane::start(config, state, table, clock, &events, &faults);
  if (!plane) {
    log::error("cannot start", plane.error());
    return 1;
  }
  Agent agent({.config = config,
               .identity = {environment("POD_NAME"), environment("NODE_NAME")},
               .state = state,
               .table = table,
               .service = (*plane)->service(),
               .clock = clock,
               .random = systemRandom(),
               .faults = &faults});
  Drainer drainer(config.drain, state, **plane, [&] { agent.poke(); });
  auto admin = Admin::start({config, state, table, **plane, agent, drainer, events});
  if (!admin) {
    log::error("cannot start", admin.error());
    return 1;
  }
  agent.start();
  log::info("serving", {{"guide.name", config.guide},
                        {"guide.component", config.component},
                        {"ingress.port", (*plane)->ingressPort()},
                        {"egress.port", (*plane)->egressPort()},
                        {"admin.port", (*admin)->port()}});
  if (!stop.waitFor(kStarted)) {
    releaseStartupMemory();
    stop.wait();
  }
  drainer.begin();
  drainer.wait(drainer.bound());
  log::info("stopped");
  return 0;
}

int run(int argc, char** argv) {
  std::string configPath = "/etc/shopkeeper/sidecar/sidecar.yaml";
  std::string logLevel = "info";
  bool check = false;
  CLI::App app(
      "The only door of each pod of a Shopkeeper guide: ingress, egress, probes, heartbeats.",
      "shopkeeper-sidecar");
  app.add_option("--config", configPath, "The configuration file")->capture_default_str();
  app.add_option("--log-level", logLevel, "debug, info, warn or error")->capture_default_str();
  app.add_flag("--check", check, "Only check the configuration: exit 0 where it is right");
  CLI11_PARSE(app, argc, argv);

  const auto level = log::parseLevel(logLevel);
  const auto config = loadConfig(configPath);
  if (!level || !config) {
    std::fprintf(stderr, "shopkeeper-sidecar: %s\n",
                 (level ? config.error() : level.error()).message().c_str());
    return 2;
  }
  if (check) return 0;
  log::init("shopkeeper-sidecar", *level);
  StopOnSignal stop;
  return serve(*config, stop);
}

}  // namespace
}  // namespace shopkeeper::sidecar

int main(int argc, char** argv) {
  // Few threads, small objects: one arena keeps a sidecar's memory to what it uses.
  mallopt(M_ARENA_MAX, 1);
  return shopkeeper::sidecar::run(argc, argv);
}
