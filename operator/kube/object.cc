#include "operator/kube/object.h"

#include <nlohmann/json.hpp>

namespace shopkeeper::kube {
namespace {

using Json = nlohmann::json;  // Object::json() hides the usual name

// The value at a path of member names, or null.
const Json* find(const Json& document, std::initializer_list<const char*> path) {
  const Json* at = &document;
  for (const char* name : path) {
    if (!at->is_object()) return nullptr;
    const auto member = at->find(name);
    if (member == at->end()) return nullptr;
    at = &*member;
  }
  return at;
}

std::string text(const Json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::string member(const Json& document, const char* name) { return text(find(document, {name})); }

std::string meta(const Json& document, const char* name) {
  return text(find(document, {"metadata", name}));
}

std::optional<WallTime> metaTime(const Json& document, const char* name) {
  WallTime time;
  if (!parseRfc3339(meta(document, name), time)) return std::nullopt;
  return time;
}

std::map<std::string, std::string> strings(const Json* map) {
  std::map<std::string, std::string> out;
  if (map == nullptr || !map->is_object()) return out;
  for (const auto& [name, value] : map->items()) {
    if (value.is_string()) out.emplace(name, value.get<std::string>());
  }
  return out;
}

std::optional<std::string> entry(const Json* map, std::string_view name) {
  if (map == nullptr || !map->is_object()) return std::nullopt;
  const auto found = map->find(std::string(name));
  if (found == map->end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

const std::shared_ptr<const Json>& emptyDocument() {
  static const auto empty = std::make_shared<const Json>(Json::object());
  return empty;
}

}  // namespace

Object::Object() : document_(emptyDocument()) {}

Object::Object(Json document) : document_(std::make_shared<const Json>(std::move(document))) {}

Result<Object> Object::parse(std::string_view body) {
  Json document = Json::parse(body, nullptr, false);
  if (document.is_discarded() || !document.is_object()) {
    return Error(ErrorCode::Corrupt, "the API server's answer is not a JSON object");
  }
  return Object(std::move(document));
}

std::string Object::apiVersion() const { return member(*document_, "apiVersion"); }
std::string Object::kind() const { return member(*document_, "kind"); }
std::string Object::name() const { return meta(*document_, "name"); }
std::string Object::ns() const { return meta(*document_, "namespace"); }
std::string Object::uid() const { return meta(*document_, "uid"); }
std::string Object::resourceVersion() const { return meta(*document_, "resourceVersion"); }

std::int64_t Object::generation() const {
  const Json* value = find(*document_, {"metadata", "generation"});
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

std::optional<WallTime> Object::creationTime() const {
  return metaTime(*document_, "creationTimestamp");
}
std::optional<WallTime> Object::deletionTime() const {
  return metaTime(*document_, "deletionTimestamp");
}
bool Object::deleting() const { return !meta(*document_, "deletionTimestamp").empty(); }

std::map<std::string, std::string> Object::labels() const {
  return strings(find(*document_, {"metadata", "labels"}));
}
std::map<std::string, std::string> Object::annotations() const {
  return strings(find(*document_, {"metadata", "annotations"}));
}
std::optional<std::string> Object::label(std::string_view name) const {
  return entry(find(*document_, {"metadata", "labels"}), name);
}
std::optional<std::string> Object::annotation(std::string_view name) const {
  return entry(find(*document_, {"metadata", "annotations"}), name);
}

std::vector<std::string> Object::finalizers() const {
  std::vector<std::string> out;
  const Json* list = find(*document_, {"metadata", "finalizers"});
  if (list == nullptr || !list->is_array()) return out;
  for (const Json& one : *list) {
    if (one.is_string()) out.push_back(one.get<std::string>());
  }
  return out;
}

bool Object::hasFinalizer(std::string_view name) const {
  for (const std::string& one : finalizers()) {
    if (one == name) return true;
  }
  return false;
}

std::vector<OwnerReference> Object::owners() const {
  std::vector<OwnerReference> out;
  const Json* list = find(*document_, {"metadata", "ownerReferences"});
  if (list == nullptr || !list->is_array()) return out;
  for (const Json& one : *list) {
    const Json* controls = find(one, {"controller"});
    out.push_back({member(one, "apiVersion"), member(one, "kind"), member(one, "name"),
                   member(one, "uid"),
                   controls != nullptr && controls->is_boolean() && controls->get<bool>()});
  }
  return out;
}

std::optional<OwnerReference> Object::controller() const {
  for (OwnerReference& owner : owners()) {
    if (owner.controller) return std::move(owner);
  }
  return std::nullopt;
}

Json Object::asControllerReference() const {
  return {{"apiVersion", apiVersion()},
          {"kind", kind()},
          {"name", name()},
          {"uid", uid()},
          {"controller", true},
          {"blockOwnerDeletion", true}};
}

}  // namespace shopkeeper::kube
