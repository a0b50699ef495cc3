// Something about a guide that only the cluster could tell.
#pragma once

#include <string>

namespace shopkeeper::controllers {

// `reason`: CamelCase, one of a fixed set (below). `message`: a sentence for people.
struct Finding {
  std::string reason;
  std::string message;
  bool operator==(const Finding&) const = default;
};

namespace reasons {
inline constexpr const char* kInvalidSpec = "InvalidSpec";        // an older CRD let it through
inline constexpr const char* kNameTaken = "NameTaken";            // an object that is not ours
inline constexpr const char* kRefused = "RefusedByApiServer";     // 4xx on one of our objects
inline constexpr const char* kForbidden = "MissingPermission";    // the operator's RBAC
inline constexpr const char* kCatalogMissing = "CatalogMissing";  // ConfigMap or claim not there
inline constexpr const char* kCannotGrow = "VolumeCannotGrow";
}  // namespace reasons

}  // namespace shopkeeper::controllers
