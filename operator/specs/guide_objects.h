// Everything a guide is made of.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "operator/api/shopping_guide.h"
#include "operator/specs/platform.h"

namespace shopkeeper::specs {

// Pure: equal inputs give equal objects. In the order in which they should be made: accounts and
// configuration, isolation, Services, budgets, then what runs, knowledge first.
std::vector<nlohmann::json> guideObjects(const api::ShoppingGuide& guide, const Platform& platform);

}  // namespace shopkeeper::specs
