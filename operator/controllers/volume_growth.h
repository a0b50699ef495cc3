// Grows knowledge's volume when the guide asks for more.
#pragma once

#include <optional>

#include "common/result.h"
#include "operator/api/shopping_guide.h"
#include "operator/controllers/finding.h"
#include "operator/kube/client.h"
#include "operator/world/world.h"

namespace shopkeeper::controllers {

// The StatefulSet's claim template cannot be changed, the claim itself can: its request is patched
// when it is smaller than wanted. Shrinking is refused by the CRD and ignored here. A finding where
// the cluster refuses (the storage class does not allow expansion).
Result<std::optional<Finding>> growVolume(const api::ShoppingGuide& guide,
                                          const world::World& world, kube::Client& client,
                                          const kube::Call& call);

}  // namespace shopkeeper::controllers
