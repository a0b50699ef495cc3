#include "operator/control/directives_plan.h"

#include <algorithm>
#include <tuple>

#include "operator/specs/contract.h"

namespace shopkeeper::control {
namespace {

std::vector<std::string> retriablePaths(const api::GuideSpec& spec, api::Component component) {
  // An answer of the dialogue is made by paid-for models: never twice by our own doing.
  if (component == api::Component::Dialogue) return {};
  auto paths = spec.traffic.retries.retriablePaths;
  // An event whose id is known counts once (docs/architecture.md).
  if (component == api::Component::Knowledge) paths.emplace_back("/v1/events");
  return paths;
}

wire::Endpoint endpointOf(const world::PodView& pod, bool ends, const ZoneOf& zoneOf) {
  wire::Endpoint endpoint;
  endpoint.pod = pod.name;
  endpoint.address = endpointAddress(pod.address);
  endpoint.node = pod.node;
  endpoint.zone = zoneOf(pod.node);
  endpoint.version = pod.version;
  endpoint.tier = pod.standby ? wire::Tier::Standby : wire::Tier::Primary;
  endpoint.terminating = ends;
  endpoint.order = api::parsePodOrder(pod.order).value_or(wire::EndpointOrder::None);
  return endpoint;
}

}  // namespace

std::string endpointAddress(const std::string& ip) {
  const auto port = ":" + std::to_string(specs::kIngressPort);
  return ip.find(':') == ip.npos ? ip + port : "[" + ip + "]" + port;
}

wire::Priority priorityOf(api::Component component) {
  switch (component) {
    case api::Component::Search:
    case api::Component::Knowledge:
      return wire::Priority::Critical;
    case api::Component::Recommendation:
      return wire::Priority::Sheddable;
    case api::Component::Ui:
    case api::Component::Dialogue:
      return wire::Priority::Normal;
  }
  return wire::Priority::Normal;
}

TrafficPlan planTraffic(const api::GuideSpec& spec, const std::vector<world::PodView>& pods,
                        const Draining& draining, const ZoneOf& zoneOf, const api::Orders& orders) {
  TrafficPlan plan;
  plan.faults = orders.faults;
  for (const auto component : api::kComponents) {
    auto& upstream = plan.of(component);
    upstream.policy = spec.traffic;
    upstream.policy.priority = priorityOf(component);
    upstream.policy.retries.retriablePaths = retriablePaths(spec, component);
    const auto& ordered = orders.of(component);
    upstream.pin = ordered.pin;
    upstream.revisions = ordered.weights;
    upstream.mirrors = ordered.mirrors;
  }
  std::array<bool, api::kComponents.size()> hasReady{};
  const auto ends = [&](const world::PodView& pod) {
    return pod.terminating || draining(pod.name);
  };
  for (const auto& pod : pods) {
    if (pod.ready && !ends(pod)) hasReady[static_cast<std::size_t>(pod.component)] = true;
  }
  for (const auto& pod : pods) {
    if (pod.address.empty() || !pod.running) continue;
    if (!pod.ready && !ends(pod) && hasReady[static_cast<std::size_t>(pod.component)]) continue;
    plan.of(pod.component).endpoints.push_back(endpointOf(pod, ends(pod), zoneOf));
  }
  for (auto& upstream : plan.upstreams) {
    std::sort(upstream.endpoints.begin(), upstream.endpoints.end(),
              [](const auto& a, const auto& b) {
                return std::tie(a.terminating, a.pod) < std::tie(b.terminating, b.pod);
              });
  }
  return plan;
}

std::vector<wire::Upstream> upstreamsFor(api::Component caller, const TrafficPlan& plan) {
  std::vector<wire::Upstream> out;
  for (const auto component : api::upstreamsOf(caller)) {
    out.push_back(plan.of(component));
    out.back().name = std::string(toString(component));
  }
  return out;
}

std::vector<wire::Fault> faultsFor(api::Component component, const TrafficPlan& plan) {
  std::vector<wire::Fault> out;
  for (const auto& fault : plan.faults) {
    if (fault.component == toString(component)) out.push_back(fault);
  }
  return out;
}

}  // namespace shopkeeper::control
