#include "operator/controllers/status_writer.h"

#include <nlohmann/json.hpp>

#include "operator/api/shopping_guide.h"
#include "operator/controllers/object_keeper.h"

namespace shopkeeper::controllers {

using nlohmann::json;

Result<bool> writeStatus(const kube::Object& guide, const api::GuideStatus& status,
                         kube::Client& client, const kube::Call& call) {
  if (api::parseStatus(guide.json()) == status) return false;
  // The uid is part of what is applied: the API server refuses it for a guide made anew.
  const kube::Object applied(
      json{{"apiVersion", api::kApiVersion},
           {"kind", api::kKind},
           {"metadata", {{"name", guide.name()}, {"namespace", guide.ns()}, {"uid", guide.uid()}}},
           {"status", api::toJson(status)}});
  const auto written = client.apply(world::shoppingGuides(), applied,
                                    {.fieldManager = kFieldManager}, call, "status");
  if (!written) return written.error().within("writing the status of " + guide.key().toString());
  return true;
}

}  // namespace shopkeeper::controllers
