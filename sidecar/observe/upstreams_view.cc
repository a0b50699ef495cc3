#include "sidecar/observe/upstreams_view.h"

#include <nlohmann/json.hpp>

namespace shopkeeper::sidecar {
namespace {

using nlohmann::ordered_json;

ordered_json describe(const EndpointView& endpoint) {
  const EndpointCounts& counts = endpoint.counts;
  ordered_json failures = ordered_json::object();
  for (const auto& [outcome, count] : counts.failures) failures[toString(outcome)] = count;
  return {{"address", endpoint.spec.address},
          {"pod", endpoint.spec.pod},
          {"version", endpoint.spec.version},
          {"tier", endpoint.spec.tier == wire::Tier::Standby ? "Standby" : "Primary"},
          {"weight", endpoint.spec.weight},
          {"terminating", endpoint.spec.terminating},
          {"health", toString(endpoint.state)},
          {"reason", endpoint.reason},
          {"ejections", endpoint.ejections},
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
  return {{"name", view.name},
          {"timeoutMs", view.policy.timeout.count()},
          {"retryBudgetPercent", view.policy.retryBudgetPercent},
          {"requests", view.requests},
          {"retriesRefused", view.retriesRefused},
          {"noEndpoint", view.noEndpoint},
          {"overload", view.overload},
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
