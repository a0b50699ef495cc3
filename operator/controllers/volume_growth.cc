#include "operator/controllers/volume_growth.h"

#include <nlohmann/json.hpp>

#include "common/log.h"
#include "operator/api/quantity.h"
#include "operator/specs/metadata.h"

namespace shopkeeper::controllers {

using nlohmann::json;

Result<std::optional<Finding>> growVolume(const api::ShoppingGuide& guide,
                                          const world::World& world, kube::Client& client,
                                          const kube::Call& call) {
  const auto& sqlite = guide.spec.sqlite;
  if (sqlite.ephemeral) return std::optional<Finding>();
  const auto& resource = kube::resources::persistentVolumeClaims();
  const kube::ObjectKey key{guide.ns, specs::dataClaimName(guide)};
  const auto claim = world.get(resource, key);
  if (!claim || claim->deleting()) return std::optional<Finding>();
  static const json::json_pointer storage("/spec/resources/requests/storage");
  const auto current = api::parseQuantity(claim->json().value(storage, std::string("0")));
  const auto wanted = api::parseQuantity(sqlite.storage);
  if (!current || !wanted || *current >= *wanted) return std::optional<Finding>();
  const json patch = {{"spec", {{"resources", {{"requests", {{"storage", sqlite.storage}}}}}}}};
  const auto patched = client.patch(resource, key, kube::PatchType::Merge, patch, call);
  if (patched) {
    log::info("volume grown", {{"kubernetes.claim", key.toString()}, {"size", sqlite.storage}});
    return std::optional<Finding>();
  }
  const auto code = patched.error().code();
  if (code != ErrorCode::InvalidArgument && code != ErrorCode::PermissionDenied) {
    return patched.error().within("growing PersistentVolumeClaim " + key.name);
  }
  return std::optional<Finding>(
      Finding{reasons::kCannotGrow, "PersistentVolumeClaim " + key.name + " cannot grow to " +
                                        sqlite.storage + ": " + patched.error().message()});
}

}  // namespace shopkeeper::controllers
