#include "operator/api/validate.h"

#include <algorithm>
#include <regex>

#include "common/cron.h"
#include "operator/api/quantity.h"

namespace shopkeeper::api {
namespace {

constexpr std::size_t kMaxName = 40;  // leaves 23 of a label's 63 bytes for component and hashes

Error wrong(const std::string& field, const std::string& what) {
  return Error(ErrorCode::InvalidArgument, field + " " + what);
}

bool matches(const std::string& text, const char* pattern, std::size_t maxLength) {
  // std::regex recurses per character: keep what comes from outside short.
  return text.size() <= maxLength && std::regex_match(text, std::regex(pattern));
}

Status checkQuantities(const std::string& field, const StringMap& quantities) {
  for (const auto& [name, text] : quantities) {
    if (auto quantity = parseQuantity(text); !quantity) {
      return quantity.error().within(field + "." + name);
    }
  }
  return ok();
}

Status checkResources(const std::string& field, const Resources& resources) {
  if (auto valid = checkQuantities(field + ".requests", resources.requests); !valid) return valid;
  if (auto valid = checkQuantities(field + ".limits", resources.limits); !valid) return valid;
  for (const auto& [name, request] : resources.requests) {
    const auto limit = resources.limits.find(name);
    if (limit == resources.limits.end()) continue;
    if (parseQuantity(request).value() > parseQuantity(limit->second).value()) {
      return wrong(field + ".requests." + name,
                   "must not be more than " + field + ".limits." + name);
    }
  }
  return ok();
}

Status checkImage(const std::string& field, const std::string& image) {
  if (image.empty() || isImageReference(image)) return ok();
  return wrong(field,
               "must be a lower-case image name with a tag or a sha256 digest, such as "
               "\"registry.example.com/shop/search:1.4.0\"");
}

Status checkCatalog(const Catalog& catalog) {
  if (!catalog.url.empty() && !catalog.url.starts_with("http://") &&
      !catalog.url.starts_with("https://")) {
    return wrong("spec.catalog.url", "must be an address that starts with http:// or https://");
  }
  if (catalog.refreshSchedule.empty()) return ok();
  if (catalog.url.empty()) {
    return wrong("spec.catalog.refreshSchedule", "works only with spec.catalog.url");
  }
  if (auto cron = Cron::parse(catalog.refreshSchedule); !cron) {
    return wrong("spec.catalog.refreshSchedule", cron.error().message());
  }
  return ok();
}

Status checkPeers(const std::string& field, const std::vector<NetworkPeer>& peers) {
  for (std::size_t i = 0; i < peers.size(); ++i) {
    const bool labels = !peers[i].namespaceLabels.empty() || !peers[i].podLabels.empty();
    if (peers[i].cidr.empty() == labels) continue;
    return wrong(field + "[" + std::to_string(i) + "]",
                 "must name either cidr, or namespaceLabels and podLabels");
  }
  return ok();
}

Status checkSpec(const GuideSpec& spec) {
  if (!matches(spec.version, "[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?)?",
               63)) {
    return wrong("spec.version", "must look like \"1.4.0\" or \"1.4.0-rc.1\"");
  }
  if (spec.pullPolicy != "Always" && spec.pullPolicy != "IfNotPresent" &&
      spec.pullPolicy != "Never") {
    return wrong("spec.image.pullPolicy", "must be Always, IfNotPresent or Never");
  }
  for (const auto component : kComponents) {
    const auto field = "spec.components." + std::string(toString(component));
    const auto& values = spec.of(component);
    if (auto valid = checkImage(field + ".image", values.image); !valid) return valid;
    if (auto valid = checkResources(field + ".resources", values.resources); !valid) return valid;
  }
  const auto& service = spec.uiService;
  if (service.type != "ClusterIP" && service.type != "NodePort" && service.type != "LoadBalancer") {
    return wrong("spec.components.ui.service.type", "must be ClusterIP, NodePort or LoadBalancer");
  }
  if (service.nodePort != 0 && service.type == "ClusterIP") {
    return wrong("spec.components.ui.service.nodePort", "needs type NodePort or LoadBalancer");
  }
  const auto storage = parseQuantity(spec.sqlite.storage);
  if (!storage || *storage < parseQuantity("16Mi").value()) {
    return wrong("spec.components.knowledge.store.sqlite.storage",
                 "must be a Kubernetes quantity of at least 16Mi, such as \"1Gi\"");
  }
  if (auto valid = checkImage("spec.sidecar.image", spec.sidecarImage); !valid) return valid;
  if (auto valid = checkResources("spec.sidecar.resources", spec.sidecarResources); !valid) {
    return valid;
  }
  if (auto valid = checkPeers("spec.networkPolicy.uiFrom", spec.uiFrom); !valid) return valid;
  if (auto valid = checkPeers("spec.networkPolicy.metricsFrom", spec.metricsFrom); !valid) {
    return valid;
  }
  return checkCatalog(spec.catalog);
}

}  // namespace

bool isImageReference(std::string_view text) {
  static const char* const pattern =
      "[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
      "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
      "@sha256:[a-f0-9]{64})";
  return matches(std::string(text), pattern, 512);
}

Status validate(const ShoppingGuide& guide) {
  if (guide.name.size() > kMaxName) {
    return wrong("metadata.name",
                 "must have at most 40 characters, because the names of pods and Services are made "
                 "from it");
  }
  if (!matches(guide.name, "[a-z]([-a-z0-9]*[a-z0-9])?", kMaxName)) {
    return wrong("metadata.name",
                 "must start with a letter and hold only lower-case letters, digits and \"-\"");
  }
  return checkSpec(guide.spec);
}

}  // namespace shopkeeper::api
