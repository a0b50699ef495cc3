// Isolation along the real paths: api::upstreamsOf().
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "operator/api/shopping_guide.h"
#include "operator/specs/platform.h"

namespace shopkeeper::specs {

// One policy per component, both directions, so everything not named is refused. In: callers (8080,
// and 8081 for their health checks), ui from where the guide says, metricsFrom. Out: DNS, the
// operator, the component's upstreams, and for knowledge the catalogue's URL. The kubelet's probes
// come from the node, which NetworkPolicies never keep out.
nlohmann::json networkPolicy(const api::ShoppingGuide& guide, api::Component component,
                             const Platform& platform);

}  // namespace shopkeeper::specs
