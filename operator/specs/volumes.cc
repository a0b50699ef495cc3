#include "operator/specs/volumes.h"

#include <nlohmann/json.hpp>

#include "operator/specs/contract.h"
#include "operator/specs/metadata.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

json emptyDir(const char* name, const char* sizeLimit) {
  return {{"name", name}, {"emptyDir", {{"sizeLimit", sizeLimit}}}};
}

json mount(const char* name, const char* path, bool readOnly = false) {
  json out = {{"name", name}, {"mountPath", path}};
  if (readOnly) out["readOnly"] = true;
  return out;
}

bool hasCatalogVolume(const api::ShoppingGuide& guide, Component component) {
  const auto& catalog = guide.spec.catalog;
  return component == Component::Knowledge && (!catalog.configMap.empty() || !catalog.pvc.empty());
}

bool hasDataClaim(const api::ShoppingGuide& guide, Component component) {
  return component == Component::Knowledge && !guide.spec.sqlite.ephemeral;
}

}  // namespace

json volumes(const api::ShoppingGuide& guide, Component component) {
  // An hour's token is the shortest that the kubelet renews without hurry (at 80 % of its life).
  const json token = {
      {"serviceAccountToken",
       {{"audience", kTokenAudience}, {"expirationSeconds", 3600}, {"path", "token"}}}};
  json out = json::array(
      {{{"name", "sidecar-config"}, {"configMap", {{"name", objectName(guide, component)}}}},
       {{"name", "operator-ca"}, {"configMap", {{"name", caConfigMapName(guide)}}}},
       {{"name", "token"}, {"projected", {{"sources", json::array({token})}}}},
       emptyDir("sidecar-state", "16Mi"),
       emptyDir("tmp", "64Mi")});
  if (guide.spec.mesh != api::MeshMode::Off) {
    // 0440: the sidecar's group reads the key, nobody else.
    out.push_back(
        {{"name", "mesh"},
         {"secret", {{"secretName", meshSecretName(guide, component)}, {"defaultMode", 288}}}});
  }
  if (!hasDataClaim(guide, component)) out.push_back(emptyDir("data", "1Gi"));
  if (hasCatalogVolume(guide, component)) {
    const auto& catalog = guide.spec.catalog;
    if (!catalog.configMap.empty()) {
      out.push_back({{"name", "catalog"}, {"configMap", {{"name", catalog.configMap}}}});
    } else {
      out.push_back({{"name", "catalog"},
                     {"persistentVolumeClaim", {{"claimName", catalog.pvc}, {"readOnly", true}}}});
    }
  }
  return out;
}

json serviceMounts(const api::ShoppingGuide& guide, Component component) {
  json out = json::array({mount("data", kDataPath), mount("tmp", "/tmp")});
  if (hasCatalogVolume(guide, component)) out.push_back(mount("catalog", kCatalogPath, true));
  return out;
}

json sidecarMounts(const api::ShoppingGuide& guide) {
  json out = json::array({mount("sidecar-config", kSidecarConfigPath, true),
                          mount("operator-ca", kCaPath, true), mount("token", kTokenPath, true),
                          mount("sidecar-state", kSidecarStatePath)});
  if (guide.spec.mesh != api::MeshMode::Off) out.push_back(mount("mesh", kMeshPath, true));
  return out;
}

json volumeClaimTemplates(const api::ShoppingGuide& guide) {
  const auto& sqlite = guide.spec.sqlite;
  if (sqlite.ephemeral) return json::array();
  json claim = {{"metadata", {{"name", "data"}, {"labels", labels(guide, Component::Knowledge)}}},
                {"spec",
                 {{"accessModes", json::array({"ReadWriteOnce"})},
                  {"resources", {{"requests", {{"storage", sqlite.storage}}}}}}}};
  if (!sqlite.storageClass.empty()) claim["spec"]["storageClassName"] = sqlite.storageClass;
  return json::array({std::move(claim)});
}

}  // namespace shopkeeper::specs
