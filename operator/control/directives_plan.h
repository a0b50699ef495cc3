// Which pods sidecars may send requests to: a pure function of guide and pods.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "common/wire/directives.h"
#include "operator/api/orders.h"
#include "operator/api/shopping_guide.h"
#include "operator/world/pod_view.h"

namespace shopkeeper::control {

// Everything that directives say, for all callers of one guide.
struct TrafficPlan {
  std::array<wire::Upstream, api::kComponents.size()> upstreams;  // by component; unnamed
  const wire::Upstream& of(api::Component component) const {
    return upstreams[static_cast<std::size_t>(component)];
  }
  wire::Upstream& of(api::Component component) {
    return upstreams[static_cast<std::size_t>(component)];
  }
  std::vector<wire::Fault> faults;  // of all components
  bool operator==(const TrafficPlan&) const = default;
};

// What is shed first when a component has too much to do: people who search or read a product page
// see nothing without these two; a page without recommendations still helps.
wire::Priority priorityOf(api::Component component);

// "10.0.0.1:8080", "[2001:db8::7]:8080": where a pod's sidecar listens.
std::string endpointAddress(const std::string& ip);

// Asked per pod: its sidecar said that it drains (earlier than the API server knows).
using Draining = std::function<bool(const std::string& pod)>;
using ZoneOf = std::function<std::string(const std::string& node)>;

// Ready pods come first, terminating ones after them and marked. Pods that are neither are left
// out, unless the component has no ready pod at all: then they are all there is, and the sidecars'
// own health checks decide. Sorted by pod within each group, so that equal worlds give equal plans.
TrafficPlan planTraffic(const api::GuideSpec& spec, const std::vector<world::PodView>& pods,
                        const Draining& draining, const ZoneOf& zoneOf,
                        const api::Orders& orders = {});

// What one caller may know: its upstreams, by api::upstreamsOf().
std::vector<wire::Upstream> upstreamsFor(api::Component caller, const TrafficPlan& plan);
// The faults to inject at its own ingress.
std::vector<wire::Fault> faultsFor(api::Component component, const TrafficPlan& plan);

}  // namespace shopkeeper::control
