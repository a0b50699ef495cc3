// The volumes of a pod and where its two containers mount them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "operator/api/shopping_guide.h"

namespace shopkeeper::specs {

nlohmann::json volumes(const api::ShoppingGuide& guide, api::Component component);
nlohmann::json serviceMounts(const api::ShoppingGuide& guide, api::Component component);
nlohmann::json sidecarMounts(const api::ShoppingGuide& guide);

// The claim behind knowledge's "data" volume; an empty array for an ephemeral store.
nlohmann::json volumeClaimTemplates(const api::ShoppingGuide& guide);

}  // namespace shopkeeper::specs
