#include "operator/specs/pod_template.h"

#include <nlohmann/json.hpp>

#include "operator/specs/containers.h"
#include "operator/specs/content_hash.h"
#include "operator/specs/contract.h"
#include "operator/specs/metadata.h"
#include "operator/specs/sidecar_config.h"
#include "operator/specs/volumes.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

json spread(const api::ShoppingGuide& guide, Component component, const char* topologyKey) {
  json out = {{"maxSkew", 1},
              {"topologyKey", topologyKey},
              {"whenUnsatisfiable", "ScheduleAnyway"},
              {"labelSelector", {{"matchLabels", selector(guide, component)}}}};
  // Pods of the revision that is being replaced must not push new ones aside.
  if (component != Component::Knowledge) {
    out["matchLabelKeys"] = json::array({"pod-template-hash"});
  }
  return out;
}

json toJson(const api::Toleration& toleration) {
  json out = json::object();
  if (!toleration.key.empty()) out["key"] = toleration.key;
  if (!toleration.op.empty()) out["operator"] = toleration.op;
  if (!toleration.value.empty()) out["value"] = toleration.value;
  if (!toleration.effect.empty()) out["effect"] = toleration.effect;
  if (toleration.seconds) out["tolerationSeconds"] = *toleration.seconds;
  return out;
}

void place(json& spec, const api::ShoppingGuide& guide, Component component) {
  const auto& values = guide.spec.of(component);
  if (!values.nodeSelector.empty()) spec["nodeSelector"] = values.nodeSelector;
  for (const auto& toleration : values.tolerations) {
    spec["tolerations"].push_back(toJson(toleration));
  }
  for (const auto& secret : guide.spec.pullSecrets) {
    spec["imagePullSecrets"].push_back({{"name", secret}});
  }
}

// Away from the primaries: what takes their node must not take their standby.
json awayFromPrimaries(const api::ShoppingGuide& guide, Component component) {
  json terms = json::array();
  for (const auto& [topologyKey, weight] :
       {std::pair("kubernetes.io/hostname", 100), std::pair("topology.kubernetes.io/zone", 50)}) {
    const json primaries = {
        {"matchLabels", selector(guide, component)},
        {"matchExpressions", json::array({{{"key", kTierLabel}, {"operator", "DoesNotExist"}}})}};
    terms.push_back(
        {{"weight", weight},
         {"podAffinityTerm", {{"topologyKey", topologyKey}, {"labelSelector", primaries}}}});
  }
  return {{"podAntiAffinity", {{"preferredDuringSchedulingIgnoredDuringExecution", terms}}}};
}

}  // namespace

json podTemplate(const api::ShoppingGuide& guide, Component component, const Platform& platform,
                 wire::Tier tier) {
  auto podLabels = labels(guide, component);
  podLabels[kVersionLabel] = guide.spec.version;
  json spec = {{"serviceAccountName", objectName(guide, component)},
               {"automountServiceAccountToken", false},
               {"enableServiceLinks", false},
               {"terminationGracePeriodSeconds", kTerminationGraceSeconds},
               {"securityContext",
                {{"runAsNonRoot", true},
                 {"runAsUser", kRunAs},
                 {"runAsGroup", kRunAs},
                 {"fsGroup", kRunAs},
                 {"fsGroupChangePolicy", "OnRootMismatch"},
                 {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
               {"topologySpreadConstraints",
                json::array({spread(guide, component, "kubernetes.io/hostname"),
                             spread(guide, component, "topology.kubernetes.io/zone")})},
               {"initContainers", json::array({sidecarContainer(guide, platform)})},
               {"containers", json::array({serviceContainer(guide, component, platform)})},
               {"volumes", volumes(guide, component)}};
  place(spec, guide, component);
  if (tier == wire::Tier::Standby) {
    podLabels[kTierLabel] = kStandbyTier;
    spec["affinity"] = awayFromPrimaries(guide, component);
  }
  const auto hash = contentHash(sidecarYaml(guide, component, platform));
  return {{"metadata",
           {{"labels", std::move(podLabels)},
            {"annotations",
             {{kConfigHashAnnotation, hash},
              {"kubectl.kubernetes.io/default-container", toString(component)}}}}},
          {"spec", std::move(spec)}};
}

}  // namespace shopkeeper::specs
