#include "operator/specs/services.h"

#include <nlohmann/json.hpp>

#include "operator/specs/contract.h"
#include "operator/specs/metadata.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

std::string loadBalancerHost(const json& service) {
  const auto& entry = service.value("/status/loadBalancer/ingress/0"_json_pointer, json());
  if (!entry.is_object()) return "";
  for (const char* field : {"hostname", "ip"}) {
    if (entry.contains(field) && entry[field].is_string()) return entry[field].get<std::string>();
  }
  return "";
}

}  // namespace

json service(const api::ShoppingGuide& guide, Component component) {
  auto out = object(guide, component, "v1", "Service");
  out["spec"]["selector"] = selector(guide, component);
  json port = {{"name", "http"},
               {"port", kIngressPort},
               {"targetPort", "http"},
               {"protocol", "TCP"},
               {"appProtocol", "http"}};
  if (component == Component::Ui) {
    const auto& wanted = guide.spec.uiService;
    port["port"] = wanted.port;
    if (wanted.nodePort != 0) port["nodePort"] = wanted.nodePort;
    out["spec"]["type"] = wanted.type;
    if (!wanted.annotations.empty()) out["metadata"]["annotations"] = wanted.annotations;
  } else {
    out["spec"]["type"] = "ClusterIP";
    out["spec"]["clusterIP"] = "None";
  }
  out["spec"]["ports"] = json::array({std::move(port)});
  return out;
}

std::string guideUrl(const api::ShoppingGuide& guide, const json& liveService) {
  const auto& wanted = guide.spec.uiService;
  auto host = objectName(guide, Component::Ui) + "." + guide.ns + ".svc";
  if (wanted.type == "LoadBalancer" && liveService.is_object()) {
    if (auto balancer = loadBalancerHost(liveService); !balancer.empty()) {
      host = balancer.find(':') == balancer.npos ? balancer : "[" + balancer + "]";
    }
  }
  return "http://" + host + (wanted.port == 80 ? "" : ":" + std::to_string(wanted.port));
}

}  // namespace shopkeeper::specs
