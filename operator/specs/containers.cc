#include "operator/specs/containers.h"

#include <nlohmann/json.hpp>

#include "operator/specs/contract.h"
#include "operator/specs/sidecar_config.h"
#include "operator/specs/volumes.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

json environment() {
  const auto field = [](const char* name, const char* path) {
    return json{{"name", name}, {"valueFrom", {{"fieldRef", {{"fieldPath", path}}}}}};
  };
  return json::array({field("POD_NAME", "metadata.name"),
                      field("POD_NAMESPACE", "metadata.namespace"), field("POD_IP", "status.podIP"),
                      field("NODE_NAME", "spec.nodeName")});
}

json restricted() {
  return {{"allowPrivilegeEscalation", false},
          {"readOnlyRootFilesystem", true},
          {"runAsNonRoot", true},
          {"capabilities", {{"drop", json::array({"ALL"})}}}};
}

json adminGet(const char* path) {
  return {{"path", path}, {"port", kAdminPort}, {"scheme", "HTTP"}};
}

json probe(const char* path, int periodSeconds, int failureThreshold) {
  return {{"httpGet", adminGet(path)},
          {"periodSeconds", periodSeconds},
          {"timeoutSeconds", 2},
          {"failureThreshold", failureThreshold}};
}

// No CPU limit: the kernel's quota would stop a service for tens of milliseconds in the middle of a
// request; requests share the CPU fairly already. Memory is limited, since it cannot be shared.
json resources(const api::Resources& given, const char* cpu, const char* memory,
               const char* memoryLimit) {
  if (!given.given()) {
    return {{"requests", {{"cpu", cpu}, {"memory", memory}}},
            {"limits", {{"memory", memoryLimit}}}};
  }
  json out = json::object();
  if (!given.requests.empty()) out["requests"] = given.requests;
  if (!given.limits.empty()) out["limits"] = given.limits;
  return out;
}

json serviceArgs(const api::ShoppingGuide& guide, Component component) {
  json args =
      json::array({std::string("--listen=") + kServiceListen, std::string("--data=") + kDataPath});
  if (component != Component::Knowledge) {
    args.push_back(std::string("--egress=") + kEgressUrl);
    return args;
  }
  const auto& catalog = guide.spec.catalog;
  if (!catalog.url.empty()) {
    args.push_back("--catalog=" + catalog.url);
    if (!catalog.refreshSchedule.empty()) {
      args.push_back("--catalog-refresh=" + catalog.refreshSchedule);
    }
  } else if (!catalog.configMap.empty() || !catalog.pvc.empty()) {
    args.push_back(std::string("--catalog=") + kCatalogPath);
  }
  return args;
}

}  // namespace

std::string serviceImage(const api::ShoppingGuide& guide, Component component,
                         const Platform& platform) {
  const auto& own = guide.spec.of(component).image;
  if (!own.empty()) return own;
  const auto& registry =
      guide.spec.imageRegistry.empty() ? platform.imageRegistry : guide.spec.imageRegistry;
  return registry + "/" + std::string(toString(component)) + ":" + guide.spec.version;
}

json serviceContainer(const api::ShoppingGuide& guide, Component component,
                      const Platform& platform) {
  auto drain = adminGet("/drain");
  drain["httpHeaders"] = json::array({{{"name", kDrainTokenHeader}, {"value", drainToken(guide)}}});
  const bool page = component == Component::Ui;
  return {{"name", toString(component)},
          {"image", serviceImage(guide, component, platform)},
          {"imagePullPolicy", guide.spec.pullPolicy},
          {"args", serviceArgs(guide, component)},
          {"env", environment()},
          {"resources", resources(guide.spec.of(component).resources, page ? "20m" : "50m",
                                  page ? "32Mi" : "64Mi", page ? "128Mi" : "512Mi")},
          {"securityContext", restricted()},
          {"lifecycle", {{"preStop", {{"httpGet", std::move(drain)}}}}},
          // A large catalogue may be read before a service listens: ten minutes.
          {"startupProbe", probe("/service/healthz", 2, 300)},
          {"livenessProbe", probe("/service/healthz", 10, 3)},
          {"terminationMessagePolicy", "FallbackToLogsOnError"},
          {"volumeMounts", serviceMounts(guide, component)}};
}

json sidecarContainer(const api::ShoppingGuide& guide, const Platform& platform) {
  const auto& own = guide.spec.sidecarImage;
  return {{"name", "sidecar"},
          {"image", own.empty() ? platform.sidecarImage : own},
          {"imagePullPolicy", guide.spec.pullPolicy},
          {"restartPolicy", "Always"},
          {"args", json::array({std::string("--config=") + kSidecarConfigPath + "/sidecar.yaml"})},
          {"env", environment()},
          {"ports", json::array({{{"name", "http"}, {"containerPort", kIngressPort}},
                                 {{"name", "admin"}, {"containerPort", kAdminPort}}})},
          {"resources", resources(guide.spec.sidecarResources, "20m", "16Mi", "64Mi")},
          {"securityContext", restricted()},
          {"startupProbe", probe("/healthz", 1, 60)},
          {"readinessProbe", probe("/readyz", 2, 2)},
          {"livenessProbe", probe("/healthz", 10, 3)},
          {"terminationMessagePolicy", "FallbackToLogsOnError"},
          {"volumeMounts", sidecarMounts(guide)}};
}

}  // namespace shopkeeper::specs
