#include "operator/specs/metadata.h"

#include <nlohmann/json.hpp>

namespace shopkeeper::specs {

using nlohmann::json;

std::string objectName(const api::ShoppingGuide& guide, api::Component component) {
  return guide.name + "-" + std::string(toString(component));
}

std::string standbyName(const api::ShoppingGuide& guide, api::Component component) {
  return objectName(guide, component) + "-standby";
}

std::string caConfigMapName(const api::ShoppingGuide& guide) { return guide.name + "-operator-ca"; }

std::string meshSecretName(const api::ShoppingGuide& guide, api::Component component) {
  return guide.name + "-mesh-" + std::string(toString(component));
}

std::string meshAuthorityName(const api::ShoppingGuide& guide) { return guide.name + "-mesh-ca"; }

std::string dataClaimName(const api::ShoppingGuide& guide) {
  return "data-" + objectName(guide, api::Component::Knowledge) + "-0";
}

json labels(const api::ShoppingGuide& guide, api::Component component) {
  const std::string name(toString(component));
  return {{"app.kubernetes.io/name", name},
          {kInstanceLabel, guide.name},
          {kComponentLabel, name},
          {"app.kubernetes.io/part-of", "shopping-guide"},
          {kManagedByLabel, kManagedBy}};
}

json selector(const api::ShoppingGuide& guide, api::Component component) {
  return {{kInstanceLabel, guide.name},
          {kComponentLabel, toString(component)},
          {kManagedByLabel, kManagedBy}};
}

json guideObject(const api::ShoppingGuide& guide, const std::string& name, const char* apiVersion,
                 const char* kind) {
  const json owner = {{"apiVersion", api::kApiVersion},
                      {"kind", api::kKind},
                      {"name", guide.name},
                      {"uid", guide.uid},
                      {"controller", true},
                      {"blockOwnerDeletion", true}};
  return {{"apiVersion", apiVersion},
          {"kind", kind},
          {"metadata",
           {{"name", name},
            {"namespace", guide.ns},
            {"labels",
             {{kInstanceLabel, guide.name},
              {"app.kubernetes.io/part-of", "shopping-guide"},
              {kManagedByLabel, kManagedBy}}},
            {"ownerReferences", json::array({owner})}}}};
}

json object(const api::ShoppingGuide& guide, api::Component component, const char* apiVersion,
            const char* kind) {
  auto out = guideObject(guide, objectName(guide, component), apiVersion, kind);
  out["metadata"]["labels"] = labels(guide, component);
  return out;
}

}  // namespace shopkeeper::specs
