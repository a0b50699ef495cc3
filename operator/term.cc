#include "operator/term.h"

#include <nlohmann/json.hpp>

#include "common/random.h"
#include "operator/api/parse.h"

namespace shopkeeper {

Term::Term(std::uint64_t epoch, int workers, Deps deps)
    : epoch_(epoch),
      deps_(std::move(deps)),
      reconciler_({deps_.client, deps_.world, deps_.heartbeats, deps_.events, systemClock(),
                   deps_.metrics, deps_.platform}),
      traffic_({.name = "directives", .workers = 1},
               [this](const kube::ReconcileRequest& request) { return planTraffic(request); },
               {systemClock(), systemRandom(), &deps_.metrics}),
      guides_(
          {.name = "shoppingguide", .workers = workers},
          [this](const kube::ReconcileRequest& request) { return reconciler_.reconcile(request); },
          {systemClock(), systemRandom(), &deps_.metrics}) {}

void Term::start() {
  for (const auto& guide : deps_.world.guides()) enqueue(guide, true, true);
  traffic_.start();
  guides_.start();
}

void Term::stop() {
  guides_.stop();
  traffic_.stop();
}

void Term::enqueue(const kube::ObjectKey& guide, bool initial, bool traffic) {
  const int priority = initial ? kube::kPriorityInitial : kube::kPriorityNormal;
  if (traffic) traffic_.queue().add(guide, priority);
  guides_.queue().add(guide, priority);
}

Result<kube::Outcome> Term::planTraffic(const kube::ReconcileRequest& request) {
  const auto object = deps_.world.guide(request.key);
  if (!object) {
    deps_.book.forget(request.key);
    return kube::Outcome::done();
  }
  const auto guide = api::parseGuide(object->json());
  // Sidecars keep the last plan of a guide that cannot be read.
  if (!guide) return kube::Outcome::failed(guide.error());
  const auto draining = [&](const std::string& pod) {
    const auto report = deps_.heartbeats.report(request.key.ns, pod);
    return report && report->draining;
  };
  const auto zoneOf = [&](const std::string& node) { return deps_.world.zoneOf(node); };
  deps_.book.update(request.key, control::planTraffic(guide->spec, deps_.world.pods(request.key),
                                                      draining, zoneOf));
  return kube::Outcome::done();
}

}  // namespace shopkeeper
