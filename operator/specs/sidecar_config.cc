#include "operator/specs/sidecar_config.h"

#include <yaml-cpp/yaml.h>

#include "operator/specs/content_hash.h"
#include "operator/specs/contract.h"
#include "operator/specs/metadata.h"

namespace shopkeeper::specs {
namespace {

// Browsers have no certificate: the page's own door takes plain requests in any mode.
void emitMesh(YAML::Emitter& out, const api::ShoppingGuide& guide, api::Component component) {
  if (guide.spec.mesh == api::MeshMode::Off) return;
  const bool strict = guide.spec.mesh == api::MeshMode::Strict;
  const std::string path = std::string(kMeshPath) + "/";
  out << YAML::Key << "mesh" << YAML::Value << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "mode" << YAML::Value << (strict ? "Strict" : "Permissive");
  if (strict && component == api::Component::Ui) {
    out << YAML::Key << "ingress" << YAML::Value << "Permissive";
  }
  out << YAML::Key << "certFile" << YAML::Value << path + "tls.crt";
  out << YAML::Key << "keyFile" << YAML::Value << path + "tls.key";
  out << YAML::Key << "caFile" << YAML::Value << path + "ca.crt";
  out << YAML::EndMap;
}

// Left out where the guide says nothing, so that its pods are not rolled for it.
void emitProbe(YAML::Emitter& out, const api::ServiceProbe& probe) {
  if (probe == api::ServiceProbe()) return;
  out << YAML::Key << "probe" << YAML::Value << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "path" << YAML::Value << YAML::DoubleQuoted << probe.path;
  out << YAML::Key << "expect" << YAML::Value << YAML::DoubleQuoted << probe.expect;
  out << YAML::Key << "intervalMs" << YAML::Value << probe.intervalMs << YAML::EndMap;
}

void emitUpstream(YAML::Emitter& out, const api::ShoppingGuide& guide, api::Component upstream,
                  const Platform& platform) {
  out << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "name" << YAML::Value << std::string(toString(upstream));
  out << YAML::Key << "dns" << YAML::Value
      << objectName(guide, upstream) + "." + guide.ns + ".svc." + platform.clusterDomain;
  out << YAML::Key << "port" << YAML::Value << kIngressPort;
  out << YAML::Key << "timeoutMs" << YAML::Value << guide.spec.traffic.timeoutMs;
  out << YAML::Key << "retryBudgetPercent" << YAML::Value
      << guide.spec.traffic.retries.budgetPercent;
  out << YAML::EndMap;
}

}  // namespace

std::string drainToken(const api::ShoppingGuide& guide) {
  return contentHash("drain " + guide.uid);
}

std::string sidecarYaml(const api::ShoppingGuide& guide, api::Component component,
                        const Platform& platform) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  out << YAML::Key << "guide" << YAML::Value << guide.name;
  out << YAML::Key << "namespace" << YAML::Value << guide.ns;
  out << YAML::Key << "component" << YAML::Value << std::string(toString(component));
  out << YAML::Key << "version" << YAML::Value << YAML::DoubleQuoted << guide.spec.version;
  out << YAML::Key << "admin" << YAML::Value << YAML::Flow << YAML::BeginMap << YAML::Key
      << "drainToken" << YAML::Value << YAML::DoubleQuoted << drainToken(guide) << YAML::EndMap;
  out << YAML::Key << "control" << YAML::Value << YAML::Flow << YAML::BeginMap << YAML::Key
      << "address" << YAML::Value
      << platform.controlHost() + ":" + std::to_string(platform.controlPort) << YAML::Key
      << "serverName" << YAML::Value << platform.controlHost() << YAML::EndMap;
  out << YAML::Key << "drain" << YAML::Value << YAML::Flow << YAML::BeginMap << YAML::Key
      << "settleMs" << YAML::Value << kDrainSettleMs << YAML::Key << "timeoutMs" << YAML::Value
      << kDrainTimeoutMs << YAML::EndMap;
  emitProbe(out, guide.spec.of(component).probe);
  emitMesh(out, guide, component);
  out << YAML::Key << "upstreams" << YAML::Value << YAML::Block << YAML::BeginSeq;
  for (const auto upstream : api::upstreamsOf(component)) {
    emitUpstream(out, guide, upstream, platform);
  }
  out << YAML::EndSeq << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace shopkeeper::specs
