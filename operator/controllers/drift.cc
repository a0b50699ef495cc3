#include "operator/controllers/drift.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "operator/api/quantity.h"

namespace shopkeeper::controllers {
namespace {

using nlohmann::json;

bool isEmpty(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return true;
    case json::value_t::object:
    case json::value_t::array:
      return value.empty();
    case json::value_t::string:
      return value.get_ref<const std::string&>().empty();
    case json::value_t::boolean:
      return !value.get<bool>();
    default:
      return value.is_number() && value == 0;
  }
}

// Maps that the API server replaces as a whole (x-kubernetes-map-type: atomic).
bool isAtomicMap(std::string_view field, const json& desired) {
  if (field == "matchLabels" || field == "nodeSelector") return true;
  // A Service's selector is the labels themselves, a workload's holds matchLabels.
  return field == "selector" && !desired.contains("matchLabels");
}

// The merge key of a list, by the field's name and what its elements hold; null for atomic lists.
const char* mergeKey(std::string_view field, const json& element) {
  if (!element.is_object()) return nullptr;
  if (field == "containers" || field == "initContainers" || field == "volumes" || field == "env" ||
      field == "imagePullSecrets") {
    return "name";
  }
  if (field == "volumeMounts") return "mountPath";
  if (field == "topologySpreadConstraints") return "topologyKey";
  if (field == "ownerReferences") return "uid";
  if (field == "ports") {
    if (element.contains("containerPort")) return "containerPort";
    // Ports of Services have names or target ports; those of NetworkPolicies have neither.
    return element.contains("targetPort") ? "port" : nullptr;
  }
  return nullptr;
}

bool isQuantityParent(std::string_view field) {
  return field == "requests" || field == "limits" || field == "emptyDir";
}

bool sameScalar(const json& desired, const json& live, std::string_view parent) {
  if (desired == live) return true;
  if (!isQuantityParent(parent)) return false;
  const auto text = [](const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  const auto a = api::parseQuantity(text(desired));
  const auto b = api::parseQuantity(text(live));
  return a && b && *a == *b;
}

std::string join(const std::string& path, const std::string& part) {
  return path.empty() ? part : path + "." + part;
}

std::string compare(const json& desired, const json& live, const std::string& path,
                    std::string_view field, std::string_view parent);

std::string compareObject(const json& desired, const json& live, const std::string& path,
                          std::string_view field) {
  if (!live.is_object()) return path;
  if (isAtomicMap(field, desired) && desired.size() != live.size()) return path;
  static const json absent;
  for (const auto& [name, value] : desired.items()) {
    const auto it = live.find(name);
    const auto& other = it == live.end() ? absent : *it;
    auto drift = compare(value, other, join(path, name), name, field);
    if (!drift.empty()) return drift;
  }
  return "";
}

std::string compareKeyed(const json& desired, const json& live, const std::string& path,
                         std::string_view field, const char* key) {
  for (const auto& element : desired) {
    const auto id = element.value(key, json());
    const auto here = path + "[" + (id.is_string() ? id.get<std::string>() : id.dump()) + "]";
    const auto match = std::find_if(live.begin(), live.end(), [&](const json& other) {
      return other.is_object() && other.value(key, json()) == id;
    });
    if (match == live.end()) return here;
    auto drift = compare(element, *match, here, field, "");
    if (!drift.empty()) return drift;
  }
  return "";
}

std::string compareArray(const json& desired, const json& live, const std::string& path,
                         std::string_view field) {
  if (!live.is_array()) return path;
  if (!desired.empty()) {
    if (const auto* key = mergeKey(field, desired.front())) {
      return compareKeyed(desired, live, path, field, key);
    }
  }
  if (desired.size() != live.size()) return path;
  for (std::size_t i = 0; i < desired.size(); ++i) {
    auto drift = compare(desired[i], live[i], path + "[" + std::to_string(i) + "]", field, "");
    if (!drift.empty()) return drift;
  }
  return "";
}

std::string compare(const json& desired, const json& live, const std::string& path,
                    std::string_view field, std::string_view parent) {
  if (isEmpty(desired) && isEmpty(live)) return "";
  if (desired.is_object()) return compareObject(desired, live, path, field);
  if (desired.is_array()) return compareArray(desired, live, path, field);
  return sameScalar(desired, live, parent) ? "" : path;
}

}  // namespace

std::string firstDrift(const json& desired, const json& live) {
  return compareObject(desired, live, "", "");
}

}  // namespace shopkeeper::controllers
