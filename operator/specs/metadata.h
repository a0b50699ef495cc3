// Names, labels and owners of a guide's objects.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "operator/api/shopping_guide.h"

namespace shopkeeper::specs {

inline constexpr const char* kInstanceLabel = "app.kubernetes.io/instance";
inline constexpr const char* kComponentLabel = "app.kubernetes.io/component";
inline constexpr const char* kManagedByLabel = "app.kubernetes.io/managed-by";
inline constexpr const char* kVersionLabel = "app.kubernetes.io/version";
inline constexpr const char* kManagedBy = "shopkeeper";

// "demo-search".
std::string objectName(const api::ShoppingGuide& guide, api::Component component);
// "demo-search-standby".
std::string standbyName(const api::ShoppingGuide& guide, api::Component component);
// "demo-operator-ca".
std::string caConfigMapName(const api::ShoppingGuide& guide);
// "data-demo-knowledge-0", as a StatefulSet names it.
std::string dataClaimName(const api::ShoppingGuide& guide);

// "demo-mesh-search": the component's certificate. "demo-mesh-ca": what signs all of them.
std::string meshSecretName(const api::ShoppingGuide& guide, api::Component component);
std::string meshAuthorityName(const api::ShoppingGuide& guide);

// Labels of every object of a component.
nlohmann::json labels(const api::ShoppingGuide& guide, api::Component component);
// Labels that select its pods, standby ones too: instance, component, managed-by. They never
// change.
nlohmann::json selector(const api::ShoppingGuide& guide, api::Component component);

// An object with apiVersion, kind, and metadata: name, namespace, labels, and the guide as its
// controlling owner.
nlohmann::json object(const api::ShoppingGuide& guide, api::Component component,
                      const char* apiVersion, const char* kind);
// The same for an object that belongs to the guide as a whole.
nlohmann::json guideObject(const api::ShoppingGuide& guide, const std::string& name,
                           const char* apiVersion, const char* kind);

}  // namespace shopkeeper::specs
