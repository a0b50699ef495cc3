// The data of a Kubernetes Secret, decoded.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/result.h"

namespace shopkeeper::control {

using SecretData = std::map<std::string, std::string>;

// Of the Secret's JSON. Corrupt where a value is not base64.
Result<SecretData> readSecretData(const nlohmann::json& secret);
// The "data" field.
nlohmann::json encodeSecretData(const SecretData& data);

}  // namespace shopkeeper::control
