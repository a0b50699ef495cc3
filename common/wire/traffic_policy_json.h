// A TrafficPolicy as JSON, for the codecs beside it.
#pragma once

#include "common/wire/codec.h"
#include "common/wire/traffic_policy.h"

namespace shopkeeper::wire {

nlohmann::json toJson(const TrafficPolicy& policy);
// Missing fields keep what `policy` holds. The sentence names the field; empty where all is well.
std::string decode(const nlohmann::json& object, const std::string& where, TrafficPolicy& policy);

}  // namespace shopkeeper::wire
