// Reads a ShoppingGuide out of the API server's JSON.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "common/result.h"
#include "operator/api/shopping_guide.h"

namespace shopkeeper::api {

// Fills in every default. InvalidArgument names the field, what it is and what is allowed: the CRD
// refuses most of this earlier, but an older CRD may be installed. Runs validate() at the end.
Result<ShoppingGuide> parseGuide(const nlohmann::json& object);

// The identity alone, which also an invalid guide has.
ShoppingGuide parseGuideMetadata(const nlohmann::json& object);

// "250ms", "5s" or "1m". InvalidArgument otherwise.
Result<std::chrono::milliseconds> parseDuration(std::string_view text);

}  // namespace shopkeeper::api
