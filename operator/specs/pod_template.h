// The pod of a component.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "common/wire/directives.h"
#include "operator/api/shopping_guide.h"
#include "operator/specs/platform.h"

namespace shopkeeper::specs {

// metadata (labels, config-hash annotation) and spec. Nodes that hold few pods of the component
// are preferred, and zones likewise; neither keeps a pod from starting. Standby pods carry the
// tier's label and prefer nodes and zones without primaries.
nlohmann::json podTemplate(const api::ShoppingGuide& guide, api::Component component,
                           const Platform& platform, wire::Tier tier = wire::Tier::Primary);

}  // namespace shopkeeper::specs
