// Whether a live object still is what we applied: pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace shopkeeper::controllers {

// The path of the first field of `desired` that `live` has otherwise ("spec.replicas"), or empty.
//
// Fields that only `live` has (defaults, other managers' fields) are no drift, except where the
// API server treats the whole as one value: selectors, lists without merge keys (arguments, rules
// of NetworkPolicies). Lists with merge keys (containers, env, volumes, ports, ...) are compared
// element by element, by key. Quantities are equal when their amounts are ("1000m" and "1").
// Absent and empty (null, "", 0, false, [], {}) are equal.
std::string firstDrift(const nlohmann::json& desired, const nlohmann::json& live);

}  // namespace shopkeeper::controllers
