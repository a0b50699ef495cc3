#include "operator/controllers/catalog_check.h"

namespace shopkeeper::controllers {

Result<std::optional<Finding>> checkCatalog(const api::ShoppingGuide& guide, kube::Client& client,
                                            const kube::Call& call) {
  const auto& catalog = guide.spec.catalog;
  const bool isMap = !catalog.configMap.empty();
  if (!isMap && catalog.pvc.empty()) return std::optional<Finding>();
  const auto& resource =
      isMap ? kube::resources::configMaps() : kube::resources::persistentVolumeClaims();
  const auto& name = isMap ? catalog.configMap : catalog.pvc;
  const auto found = client.get(resource, {guide.ns, name}, call);
  if (found) return std::optional<Finding>();
  if (found.error().code() != ErrorCode::NotFound) {
    return found.error().within("looking for the catalogue");
  }
  return std::optional<Finding>(Finding{
      reasons::kCatalogMissing, std::string("spec.catalog.") + (isMap ? "configMap" : "pvc") +
                                    " names " + resource.kind + " " + name +
                                    ", which does not exist in namespace " + guide.ns +
                                    ": create it or name another"});
}

}  // namespace shopkeeper::controllers
