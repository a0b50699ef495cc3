#include "operator/specs/guide_objects.h"

#include <nlohmann/json.hpp>

#include "operator/specs/metadata.h"
#include "operator/specs/network_policies.h"
#include "operator/specs/services.h"
#include "operator/specs/sidecar_config.h"
#include "operator/specs/workloads.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

json serviceAccount(const api::ShoppingGuide& guide, Component component) {
  auto out = object(guide, component, "v1", "ServiceAccount");
  out["automountServiceAccountToken"] = false;
  return out;
}

json configMap(const api::ShoppingGuide& guide, Component component, const Platform& platform) {
  auto out = object(guide, component, "v1", "ConfigMap");
  out["data"]["sidecar.yaml"] = sidecarYaml(guide, component, platform);
  return out;
}

// Not part of the config hash: sidecars read the file again when it changes, so a rotated
// authority rolls no pod.
json authorities(const api::ShoppingGuide& guide, const Platform& platform) {
  auto out = guideObject(guide, caConfigMapName(guide), "v1", "ConfigMap");
  out["data"]["ca.crt"] = platform.caBundle;
  return out;
}

}  // namespace

std::vector<json> guideObjects(const api::ShoppingGuide& guide, const Platform& platform) {
  std::vector<json> out;
  const auto each = [&](auto build) {
    for (const auto component : api::kComponents) out.push_back(build(component));
  };
  each([&](Component c) { return serviceAccount(guide, c); });
  out.push_back(authorities(guide, platform));
  each([&](Component c) { return configMap(guide, c, platform); });
  if (guide.spec.networkPolicy) {
    each([&](Component c) { return networkPolicy(guide, c, platform); });
  }
  each([&](Component c) { return service(guide, c); });
  each([&](Component c) { return podDisruptionBudget(guide, c); });
  // The others wait for a first catalogue copy, so its source starts first.
  out.push_back(workload(guide, Component::Knowledge, platform));
  for (const auto component : api::kComponents) {
    if (component != Component::Knowledge) out.push_back(workload(guide, component, platform));
  }
  for (const auto component : api::kComponents) {
    if (guide.spec.of(component).standbyReplicas == 0) continue;
    out.push_back(standbyWorkload(guide, component, platform));
  }
  return out;
}

}  // namespace shopkeeper::specs
