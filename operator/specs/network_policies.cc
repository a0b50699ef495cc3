#include "operator/specs/network_policies.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "operator/specs/contract.h"
#include "operator/specs/metadata.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

json ports(std::initializer_list<int> numbers, const char* protocol = "TCP") {
  json out = json::array();
  for (const int number : numbers) out.push_back({{"port", number}, {"protocol", protocol}});
  return out;
}

json peersOf(const api::ShoppingGuide& guide, const std::vector<Component>& components) {
  json out = json::array();
  for (const auto component : components) {
    out.push_back({{"podSelector", {{"matchLabels", selector(guide, component)}}}});
  }
  return out;
}

json toJson(const std::vector<api::NetworkPeer>& peers) {
  json out = json::array();
  for (const auto& peer : peers) {
    json entry = json::object();
    if (!peer.cidr.empty()) entry["ipBlock"] = {{"cidr", peer.cidr}};
    if (!peer.namespaceLabels.empty()) {
      entry["namespaceSelector"] = {{"matchLabels", peer.namespaceLabels}};
    }
    if (!peer.podLabels.empty()) entry["podSelector"] = {{"matchLabels", peer.podLabels}};
    out.push_back(std::move(entry));
  }
  return out;
}

json inNamespace(const std::string& ns) {
  return json::array(
      {{{"namespaceSelector", {{"matchLabels", {{"kubernetes.io/metadata.name", ns}}}}}}});
}

struct Address {
  std::string host;
  int port = 0;
};

Address addressOf(const std::string& url) {
  const bool secure = url.starts_with("https://");
  auto rest = url.substr(secure ? 8 : 7);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = rest.rfind('@'); at != rest.npos) rest = rest.substr(at + 1);
  const auto colon = rest.rfind(':');
  const bool hasPort = colon != rest.npos && rest.find(']', colon) == rest.npos;
  Address out{hasPort ? rest.substr(0, colon) : rest, secure ? 443 : 80};
  if (hasPort) out.port = std::atoi(rest.c_str() + colon + 1);
  return out;
}

// The namespace of a Service's name ("web", "web.shop", "web.shop.svc..."); nothing for names of
// the outside.
std::optional<std::string> serviceNamespace(const std::string& host, const std::string& own,
                                            const std::string& clusterDomain) {
  if (host.starts_with('[')) return std::nullopt;
  const auto dot = host.find('.');
  if (dot == host.npos) return own;
  auto rest = host.substr(dot + 1);
  for (const auto& suffix : {".svc." + clusterDomain, std::string(".svc")}) {
    if (rest.ends_with(suffix)) return rest.substr(0, rest.size() - suffix.size());
  }
  return std::nullopt;
}

// Policies see the pod's port, not its Service's; inside the cluster the port is therefore unknown
// and the namespace is the limit, outside it is the port.
json towardsCatalog(const api::ShoppingGuide& guide, const Platform& platform) {
  const auto address = addressOf(guide.spec.catalog.url);
  if (const auto ns = serviceNamespace(address.host, guide.ns, platform.clusterDomain)) {
    return {{"to", inNamespace(*ns)}, {"ports", json::array({{{"protocol", "TCP"}}})}};
  }
  return {{"ports", ports({address.port})}};
}

json ingress(const api::ShoppingGuide& guide, Component component) {
  json rules = json::array();
  const auto callers = api::callersOf(component);
  if (!callers.empty()) {
    rules.push_back(
        {{"from", peersOf(guide, callers)}, {"ports", ports({kIngressPort, kAdminPort})}});
  }
  if (component == Component::Ui) {
    json rule = {{"ports", ports({kIngressPort})}};
    if (!guide.spec.uiFrom.empty()) rule["from"] = toJson(guide.spec.uiFrom);
    rules.push_back(std::move(rule));
  }
  if (!guide.spec.metricsFrom.empty()) {
    rules.push_back({{"from", toJson(guide.spec.metricsFrom)}, {"ports", ports({kAdminPort})}});
  }
  return rules;
}

json egress(const api::ShoppingGuide& guide, Component component, const Platform& platform) {
  // To anywhere: cluster DNS may be pods, node-local addresses or hosts outside.
  auto dns = ports({53});
  dns.push_back({{"port", 53}, {"protocol", "UDP"}});
  json rules = json::array(
      {{{"ports", std::move(dns)}},
       {{"to", inNamespace(platform.operatorNs)}, {"ports", ports({platform.controlPort})}}});
  const auto& upstreams = api::upstreamsOf(component);
  if (!upstreams.empty()) {
    rules.push_back(
        {{"to", peersOf(guide, upstreams)}, {"ports", ports({kIngressPort, kAdminPort})}});
  }
  if (component == Component::Knowledge && !guide.spec.catalog.url.empty()) {
    rules.push_back(towardsCatalog(guide, platform));
  }
  return rules;
}

}  // namespace

json networkPolicy(const api::ShoppingGuide& guide, Component component, const Platform& platform) {
  auto out = object(guide, component, "networking.k8s.io/v1", "NetworkPolicy");
  out["spec"] = {{"podSelector", {{"matchLabels", selector(guide, component)}}},
                 {"policyTypes", json::array({"Ingress", "Egress"})},
                 {"egress", egress(guide, component, platform)}};
  auto rules = ingress(guide, component);
  if (!rules.empty()) out["spec"]["ingress"] = std::move(rules);
  return out;
}

}  // namespace shopkeeper::specs
