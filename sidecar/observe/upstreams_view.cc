#include "sidecar/observe/upstreams_view.h"

#include <nlohmann/json.hpp>

namespace shopkeeper::sidecar {
namespace {

using nlohmann::ordered_json;

const char* nameOf(wire::Tier tier) { return tier == wire::Tier::Standby ? "Standby" : "Primary"; }

const char* nameOf(wire::EndpointOrder order) {
  switch (order) {
    case wire::EndpointOrder::None:
      return "None";
    case wire::EndpointOrder::Drain:
      return "Drain";
    case wire::EndpointOrder::Eject:
      return "Eject";
  }
  return "None";
}

ordered_json describe(const EjectionCounts& counts) {
  ordered_json byCause = ordered_json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) byCause[toString(static_cast<EjectionCause>(i))] = counts[i];
  }
  return byCause;
}

ordered_json describe(const EndpointView& endpoint) {
  const EndpointCounts& counts = endpoint.counts;
  ordered_json failures = ordered_json::object();
  for (const auto& [outcome, count] : counts.failures) failures[toString(outcome)] = count;
  return {{"address", endpoint.spec.address},
          {"pod", endpoint.spec.pod},
          {"version", endpoint.spec.version},
          {"tier", nameOf(endpoint.spec.tier)},
          {"weight", endpoint.spec.weight},
          {"terminating", endpoint.spec.terminating},
          {"order", nameOf(endpoint.spec.order)},
          {"health", toString(endpoint.state)},
          {"reason", endpoint.reason},
          {"notEjected", endpoint.refusal},
          {"ejections", describe(endpoint.ejectionsBy)},
          {"ejectionsRefused", describe(endpoint.refusalsBy)},
          {"ejectedForMs",
           std::chrono::duration_cast<std::chrono::milliseconds>(endpoint.ejectedFor).count()},
          {"requests", counts.requests},
          {"retries", counts.retries},
          {"inFlight", counts.inFlight},
          {"failures", failures},
          {"p50Ms", counts.latency.quantileMs(0.5)},
          {"p99Ms", counts.latency.quantileMs(0.99)}};
}

ordered_json describe(const UpstreamView& view) {
  ordered_json endpoints = ordered_json::array();
  for (const EndpointView& endpoint : view.endpoints) endpoints.push_back(describe(endpoint));
  ordered_json revisions = ordered_json::array();
  for (const RevisionView& revision : view.revisions) {
    revisions.push_back({{"version", revision.version},
                         {"weight", revision.weight},
                         {"requests", revision.requests},
                         {"errors", revision.errors}});
  }
  ordered_json tiers = ordered_json::array();
  for (const TierView& tier : view.tiers) {
    tiers.push_back({{"version", tier.version},
                     {"tier", nameOf(tier.tier)},
                     {"healthPercent", tier.healthPercent},
                     {"trafficPercent", tier.trafficPercent},
                     {"panic", tier.panic}});
  }
  return {{"name", view.name},
          {"timeoutMs", view.policy.timeoutMs},
          {"retryBudgetPercent", view.policy.retries.budgetPercent},
          {"inFlight", view.inFlight},
          {"limit", view.limit},
          {"requests", view.requests},
          {"retriesRefused", view.retriesRefused},
          {"hedges",
           {{"started", view.hedges.started},
            {"won", view.hedges.won},
            {"lost", view.hedges.lost},
            {"refused", view.hedges.refused}}},
          {"noEndpoint", view.noEndpoint},
          {"overload", view.overload},
          {"revisions", revisions},
          {"tiers", tiers},
          {"endpoints", endpoints}};
}

}  // namespace

std::string upstreamsAsJson(const SharedState& state, const DataPlane& plane,
                            const UpstreamTable& table) {
  const SharedState::Control control = state.control();
  ordered_json json = {{"generation", control.generation},
                       {"operatorAway", control.fallback},
                       {"lastError", control.lastError},
                       {"draining", state.draining()},
                       {"service", describe(plane.service().view())}};
  json["upstreams"] = ordered_json::array();
  for (const auto& upstream : table.all()) json["upstreams"].push_back(describe(upstream->view()));
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace shopkeeper::sidecar
