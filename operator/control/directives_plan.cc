#include "operator/control/directives_plan.h"

#include <algorithm>
#include <tuple>

#include "operator/specs/contract.h"

namespace shopkeeper::control {
namespace {

std::string addressOf(const std::string& ip) {
  const auto port = ":" + std::to_string(specs::kIngressPort);
  return ip.find(':') == ip.npos ? ip + port : "[" + ip + "]" + port;
}

}  // namespace

TrafficPlan planTraffic(const api::GuideSpec& spec, const std::vector<world::PodView>& pods,
                        const Draining& draining, const ZoneOf& zoneOf) {
  TrafficPlan plan;
  plan.timeoutMs = static_cast<int>(spec.timeout.count());
  plan.retryBudgetPercent = spec.retryBudgetPercent;
  std::array<bool, api::kComponents.size()> hasReady{};
  const auto ends = [&](const world::PodView& pod) {
    return pod.terminating || draining(pod.name);
  };
  for (const auto& pod : pods) {
    if (pod.ready && !ends(pod)) hasReady[static_cast<std::size_t>(pod.component)] = true;
  }
  for (const auto& pod : pods) {
    const auto index = static_cast<std::size_t>(pod.component);
    if (pod.address.empty() || !pod.running) continue;
    if (!pod.ready && !ends(pod) && hasReady[index]) continue;
    wire::Endpoint endpoint;
    endpoint.pod = pod.name;
    endpoint.address = addressOf(pod.address);
    endpoint.node = pod.node;
    endpoint.zone = zoneOf(pod.node);
    endpoint.version = pod.version;
    endpoint.terminating = ends(pod);
    plan.endpoints[index].push_back(std::move(endpoint));
  }
  for (auto& endpoints : plan.endpoints) {
    std::sort(endpoints.begin(), endpoints.end(), [](const auto& a, const auto& b) {
      return std::tie(a.terminating, a.pod) < std::tie(b.terminating, b.pod);
    });
  }
  return plan;
}

std::vector<wire::Upstream> upstreamsFor(api::Component caller, const TrafficPlan& plan) {
  std::vector<wire::Upstream> out;
  for (const auto component : api::upstreamsOf(caller)) {
    wire::Upstream upstream;
    upstream.name = std::string(toString(component));
    upstream.endpoints = plan.endpoints[static_cast<std::size_t>(component)];
    upstream.policy.timeoutMs = plan.timeoutMs;
    upstream.policy.retries.budgetPercent = plan.retryBudgetPercent;
    out.push_back(std::move(upstream));
  }
  return out;
}

}  // namespace shopkeeper::control
