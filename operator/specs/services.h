// Services: the way in, and DNS names for sidecars that lost their operator.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "operator/api/shopping_guide.h"

namespace shopkeeper::specs {

// Headless, but for ui: as components.ui.service says.
nlohmann::json service(const api::ShoppingGuide& guide, api::Component component);

// Where people find the page. `liveService` is the Service as the cluster has it (null where there
// is none yet); a load balancer's address comes from its status.
std::string guideUrl(const api::ShoppingGuide& guide, const nlohmann::json& liveService);

}  // namespace shopkeeper::specs
