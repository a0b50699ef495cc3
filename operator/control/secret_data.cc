#include "operator/control/secret_data.h"

#include <nlohmann/json.hpp>

#include "operator/control/tls_material.h"

namespace shopkeeper::control {

using nlohmann::json;

Result<SecretData> readSecretData(const json& secret) {
  SecretData data;
  const auto encoded = secret.value("data", json::object());
  for (const auto& [name, value] : encoded.items()) {
    if (!value.is_string()) continue;
    auto decoded = base64Decode(value.get<std::string>());
    if (!decoded) return decoded.error().within("Secret field " + name);
    data[name] = std::move(*decoded);
  }
  return data;
}

json encodeSecretData(const SecretData& data) {
  auto out = json::object();
  for (const auto& [name, value] : data) out[name] = base64Encode(value);
  return out;
}

}  // namespace shopkeeper::control
