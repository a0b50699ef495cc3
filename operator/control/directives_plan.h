// Which pods sidecars may send requests to: a pure function of guide and pods.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "common/wire/directives.h"
#include "operator/api/shopping_guide.h"
#include "operator/world/pod_view.h"

namespace shopkeeper::control {

// Endpoints of every component, and the policy of calls: everything that directives say, for all
// callers of one guide.
struct TrafficPlan {
  std::array<std::vector<wire::Endpoint>, api::kComponents.size()> endpoints;
  int timeoutMs = 5'000;
  int retryBudgetPercent = 20;
  bool operator==(const TrafficPlan&) const = default;
};

// Asked per pod: its sidecar said that it drains (earlier than the API server knows).
using Draining = std::function<bool(const std::string& pod)>;
using ZoneOf = std::function<std::string(const std::string& node)>;

// Ready pods come first, terminating ones after them and marked. Pods that are neither are left
// out, unless the component has no ready pod at all: then they are all there is, and the sidecars'
// own health checks decide. Sorted by pod within each group, so that equal worlds give equal plans.
TrafficPlan planTraffic(const api::GuideSpec& spec, const std::vector<world::PodView>& pods,
                        const Draining& draining, const ZoneOf& zoneOf);

// What one caller may know: its upstreams, by api::upstreamsOf().
std::vector<wire::Upstream> upstreamsFor(api::Component caller, const TrafficPlan& plan);

}  // namespace shopkeeper::control
