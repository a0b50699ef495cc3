#include "operator/world/transforms.h"

#include <initializer_list>
#include <nlohmann/json.hpp>

#include "operator/specs/contract.h"

namespace shopkeeper::world {
namespace {

using nlohmann::json;

void keepOnly(json& object, std::initializer_list<const char*> names) {
  if (!object.is_object()) return;
  json kept = json::object();
  for (const char* name : names) {
    if (auto it = object.find(name); it != object.end()) kept[name] = std::move(*it);
  }
  object = std::move(kept);
}

void keepMetadata(json& object) {
  if (!object.contains("metadata")) return;
  keepOnly(object["metadata"], {"name", "namespace", "uid", "resourceVersion", "labels",
                                "ownerReferences", "deletionTimestamp"});
}

}  // namespace

void prunePod(json& pod) {
  json annotations = pod.value("/metadata/annotations"_json_pointer, json());
  keepMetadata(pod);
  keepOnly(annotations, {specs::kPodOrderAnnotation});
  if (annotations.is_object() && !annotations.empty()) {
    pod["metadata"]["annotations"] = std::move(annotations);
  }
  if (pod.contains("spec")) keepOnly(pod["spec"], {"nodeName"});
  if (!pod.contains("status")) return;
  auto& status = pod["status"];
  keepOnly(status, {"phase", "podIP", "reason", "conditions", "initContainerStatuses",
                    "containerStatuses"});
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    if (!status.contains(list)) continue;
    for (auto& container : status[list]) {
      keepOnly(container, {"name", "image", "state", "lastState"});
    }
  }
}

void pruneNode(json& node) {
  keepMetadata(node);
  node.erase("spec");
  node.erase("status");
}

}  // namespace shopkeeper::world
