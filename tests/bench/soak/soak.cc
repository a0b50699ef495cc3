#include "tests/bench/soak/soak.h"

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "tests/bench/soak/fleet.h"
#include "tests/bench/soak/periodic.h"

namespace shopkeeper::bench {
namespace {

using std::chrono::seconds;

constexpr int kCapacityStep = 1'000;  // requests
constexpr seconds kCapacityTime{10};
constexpr seconds kChurnEvery{1};
constexpr seconds kSampleEvery{5};
constexpr seconds kLetGo{90};  // for pools to close what they keep

Result<double> capacityOf(Load& load) {
  const auto begun = Steady::now();
  int answered = 0;
  while (Steady::now() - begun < kCapacityTime) {
    if (auto done = load.closedLoop(kCapacityStep); !done) return done.error();
    answered += kCapacityStep;
  }
  return answered / std::chrono::duration<double>(Steady::now() - begun).count();
}

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
  while (now > before && Steady::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    now = child.holding().descriptors;
  }
  return now;
}

}  // namespace

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
    const auto churning = every(kChurnEvery, churned, [&] {
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

}  // namespace shopkeeper::bench
