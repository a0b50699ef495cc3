// What runs a component's pods.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "operator/api/shopping_guide.h"
#include "operator/specs/platform.h"

namespace shopkeeper::specs {

// A Deployment that replaces pods one by one and never has fewer than wanted; a StatefulSet for
// knowledge.
nlohmann::json workload(const api::ShoppingGuide& guide, api::Component component,
                        const Platform& platform);

// The Deployment of the standby pods, for components with standbyReplicas.
nlohmann::json standbyWorkload(const api::ShoppingGuide& guide, api::Component component,
                               const Platform& platform);

// One for primaries and standbys together: a pod may be under one budget only.
nlohmann::json podDisruptionBudget(const api::ShoppingGuide& guide, api::Component component);

}  // namespace shopkeeper::specs
