#include "operator/term.h"

#include <nlohmann/json.hpp>

#include "common/random.h"
#include "operator/api/parse.h"
#include "operator/specs/contract.h"

namespace shopkeeper {

Term::Term(std::uint64_t epoch, int workers, Deps deps)
    : epoch_(epoch),
      deps_(std::move(deps)),
      reconciler_({deps_.client, deps_.world, deps_.heartbeats, deps_.measured, deps_.events,
                   systemClock(), deps_.metrics, deps_.platform}),
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
    deps_.measured.forget(request.key);
    faults_.forget(request.key);
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
  // Wrong orders are none; the guide's status says so.
  auto orders = api::parseOrders(object->annotation(specs::kOrdersAnnotation).value_or("{}"))
                    .value_or(api::Orders());
  const auto live = faults_.live(request.key, orders.faults);
  orders.faults = live.faults;
  const bool changed = deps_.book.update(
      request.key,
      control::planTraffic(guide->spec, deps_.world.pods(request.key), draining, zoneOf, orders));
  if (changed) {
    deps_.metrics
        .counter("shopkeeper_directives_changes_total",
                 "Plans of guides that differed from the last")
        .Increment();
  }
  return live.nextEnd ? kube::Outcome::after(*live.nextEnd) : kube::Outcome::done();
}

}  // namespace shopkeeper
