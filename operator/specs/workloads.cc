#include "operator/specs/workloads.h"

#include <nlohmann/json.hpp>

#include "operator/specs/contract.h"
#include "operator/specs/metadata.h"
#include "operator/specs/pod_template.h"
#include "operator/specs/volumes.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

// A pod that dies right after its first good probe must not count as progress.
constexpr int kMinReadySeconds = 2;
constexpr int kRevisionHistory = 3;

json deployment(const api::ShoppingGuide& guide, Component component, const Platform& platform,
                wire::Tier tier = wire::Tier::Primary) {
  const auto& values = guide.spec.of(component);
  const bool standby = tier == wire::Tier::Standby;
  auto out = object(guide, component, "apps/v1", "Deployment");
  out["spec"] = {
      {"replicas", standby ? values.standbyReplicas : values.replicas},
      {"minReadySeconds", kMinReadySeconds},
      {"revisionHistoryLimit", kRevisionHistory},
      {"progressDeadlineSeconds", 300},
      {"selector", {{"matchLabels", selector(guide, component)}}},
      {"strategy",
       {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", 0}, {"maxSurge", 1}}}}},
      {"template", podTemplate(guide, component, platform, tier)}};
  if (standby) {
    out["metadata"]["name"] = standbyName(guide, component);
    out["metadata"]["labels"][kTierLabel] = kStandbyTier;
    // The primaries' selector matches these pods as well and cannot be changed; that is safe,
    // because Deployments go by the owner of a ReplicaSet and adopt only those without one.
    out["spec"]["selector"]["matchLabels"][kTierLabel] = kStandbyTier;
  }
  return out;
}

json statefulSet(const api::ShoppingGuide& guide, Component component, const Platform& platform) {
  const auto& sqlite = guide.spec.sqlite;
  auto out = object(guide, component, "apps/v1", "StatefulSet");
  out["spec"] = {{"replicas", 1},
                 {"serviceName", objectName(guide, component)},
                 {"minReadySeconds", kMinReadySeconds},
                 {"revisionHistoryLimit", kRevisionHistory},
                 // With OrderedReady a pod that never gets ready would block its own repair
                 // (kubernetes/kubernetes#67250).
                 {"podManagementPolicy", "Parallel"},
                 {"updateStrategy", {{"type", "RollingUpdate"}}},
                 {"selector", {{"matchLabels", selector(guide, component)}}},
                 {"template", podTemplate(guide, component, platform)}};
  if (!sqlite.ephemeral) {
    out["spec"]["volumeClaimTemplates"] = volumeClaimTemplates(guide);
    out["spec"]["persistentVolumeClaimRetentionPolicy"] = {
        {"whenDeleted", sqlite.deleteWithGuide ? "Delete" : "Retain"}, {"whenScaled", "Retain"}};
  }
  return out;
}

}  // namespace

json workload(const api::ShoppingGuide& guide, Component component, const Platform& platform) {
  return component == Component::Knowledge ? statefulSet(guide, component, platform)
                                           : deployment(guide, component, platform);
}

json standbyWorkload(const api::ShoppingGuide& guide, Component component,
                     const Platform& platform) {
  return deployment(guide, component, platform, wire::Tier::Standby);
}

json podDisruptionBudget(const api::ShoppingGuide& guide, Component component) {
  auto out = object(guide, component, "policy/v1", "PodDisruptionBudget");
  // maxUnavailable, so that a single replica can still be moved; broken pods never block a drain.
  out["spec"] = {{"maxUnavailable", 1},
                 {"unhealthyPodEvictionPolicy", "AlwaysAllow"},
                 {"selector", {{"matchLabels", selector(guide, component)}}}};
  return out;
}

}  // namespace shopkeeper::specs
