#include "sidecar/agent/config.h"

#include <fstream>
#include <set>

#include "sidecar/agent/yaml_fields.h"

namespace shopkeeper::sidecar {
namespace {

constexpr std::size_t kMaxDocument = 256u << 10;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::size_t kMaxUpstreams = 64;
constexpr std::size_t kMaxTcpPorts = 16;
constexpr std::size_t kMaxExpect = 256;

void readLimits(YamlFields& fields, ListenerLimits& limits) {
  fields.integer("maxConnections", limits.maxConnections, 1, 65'536);
  fields.integer("maxHeaderBytes", limits.maxHeaderBytes, 1'024, 262'144);
  fields.integer("maxBodyBytes", limits.maxBodyBytes, 0, std::int64_t{1} << 40);
  fields.duration("headerTimeoutMs", limits.headerTimeout, 10, kHourMs);
  fields.duration("idleTimeoutMs", limits.idleTimeout, 10, kHourMs);
  fields.duration("stallTimeoutMs", limits.stallTimeout, 10, kHourMs);
  fields.duration("streamIdleTimeoutMs", limits.streamIdleTimeout, 10, 24 * kHourMs);
}

void readIngress(YamlFields& fields, IngressConfig& ingress) {
  fields.address("listen", ingress.listen, /*mustBeIp=*/true);
  fields.address("service", ingress.service, /*mustBeIp=*/true);
  if (ingress.service.port == 0) fields.fail("service", "must name a port from 1 to 65535");
  fields.duration("requestTimeoutMs", ingress.requestTimeout, 10, kHourMs);
  readLimits(fields, ingress.limits);
}

void readTcp(YamlFields& fields, EgressTcpConfig& port) {
  fields.requireName("name", port.name);
  fields.address("listen", port.listen, /*mustBeIp=*/true);
  fields.requireName("upstream", port.upstream);
  fields.integer("maxConnections", port.maxConnections, 1, 65'536);
  fields.duration("idleTimeoutMs", port.idleTimeout, 10, 24 * kHourMs);
}

void readEgress(YamlFields& fields, EgressConfig& egress) {
  fields.address("listen", egress.listen, /*mustBeIp=*/true);
  fields.duration("connectTimeoutMs", egress.connectTimeout, 10, 60'000);
  fields.integer("checkPort", egress.checkPort, 1, 65'535);
  std::set<std::string> names;
  fields.list("tcp", kMaxTcpPorts, [&](YamlFields& in) {
    EgressTcpConfig port;
    readTcp(in, port);
    if (!names.insert(port.name).second) {
      in.fail("name", "is \"" + port.name + "\", which another port has already");
    }
    egress.tcp.push_back(std::move(port));
  });
  readLimits(fields, egress.limits);
}

void readProbe(YamlFields& fields, ProbeConfig& probe) {
  fields.absolutePath("path", probe.path);
  fields.text("expect", probe.expect);
  if (probe.expect.size() > kMaxExpect) fields.fail("expect", "must have at most 256 bytes");
  fields.duration("intervalMs", probe.interval, 10, kHourMs);
  fields.duration("timeoutMs", probe.timeout, 10, 60'000);
  fields.integer("failureThreshold", probe.failureThreshold, 1, 100);
  fields.integer("successThreshold", probe.successThreshold, 1, 100);
}

void readControl(YamlFields& fields, ControlConfig& control) {
  fields.address("address", control.address, /*mustBeIp=*/false);
  if (control.address.port == 0) fields.fail("address", "must name a port from 1 to 65535");
  fields.text("serverName", control.serverName);
  fields.absolutePath("caFile", control.caFile);
  fields.absolutePath("tokenFile", control.tokenFile);
  fields.duration("intervalMs", control.interval, 100, 60'000);
}

std::optional<MeshMode> readMode(YamlFields& fields, const char* name) {
  std::string text;
  fields.text(name, text);
  if (text == "Off") return MeshMode::Off;
  if (text == "Permissive") return MeshMode::Permissive;
  if (text == "Strict") return MeshMode::Strict;
  if (!text.empty()) {
    fields.fail(name, "is \"" + text + "\": Off, Permissive and Strict are allowed");
  }
  return std::nullopt;
}

void readMesh(YamlFields& fields, MeshConfig& mesh) {
  mesh.mode = readMode(fields, "mode").value_or(MeshMode::Off);
  mesh.ingress = readMode(fields, "ingress");
  if (mesh.ingress && (*mesh.ingress == MeshMode::Off) != (mesh.mode == MeshMode::Off)) {
    fields.fail("ingress", "must be Off where mode is, and only there");
  }
  fields.absolutePath("certFile", mesh.certFile);
  fields.absolutePath("keyFile", mesh.keyFile);
  fields.absolutePath("caFile", mesh.caFile);
}

void readUpstream(YamlFields& fields, UpstreamConfig& upstream) {
  fields.requireName("name", upstream.name);
  fields.requireText("dns", upstream.dns);
  fields.integer("port", upstream.port, 1, 65'535);
  fields.duration("timeoutMs", upstream.timeout, 10, kHourMs);
  fields.integer("retryBudgetPercent", upstream.retryBudgetPercent, 0, 100);
}

void readDocument(YamlFields& fields, SidecarConfig& config) {
  fields.requireName("guide", config.guide);
  fields.requireName("namespace", config.nameSpace);
  fields.requireName("component", config.component);
  fields.text("version", config.version);
  fields.integer("workers", config.workers, 1, 64);
  fields.object("ingress", [&](YamlFields& in) { readIngress(in, config.ingress); });
  fields.object("egress", [&](YamlFields& in) { readEgress(in, config.egress); });
  fields.object("admin", [&](YamlFields& in) {
    in.address("listen", config.admin.listen, /*mustBeIp=*/true);
    in.text("drainToken", config.admin.drainToken);
  });
  fields.object("probe", [&](YamlFields& in) { readProbe(in, config.probe); });
  fields.object("control", [&](YamlFields& in) { readControl(in, config.control); });
  fields.object("drain", [&](YamlFields& in) {
    in.duration("settleMs", config.drain.settle, 0, 600'000);
    in.duration("timeoutMs", config.drain.timeout, 0, kHourMs);
  });
  fields.object("mesh", [&](YamlFields& in) { readMesh(in, config.mesh); });
  fields.object("log", [&](YamlFields& in) {
    in.integer("accessSample", config.log.accessSample, 0, 1'000'000'000);
  });
  fields.absolutePath("stateDir", config.stateDir);
  std::set<std::string> names;
  fields.list("upstreams", kMaxUpstreams, [&](YamlFields& in) {
    UpstreamConfig upstream;
    readUpstream(in, upstream);
    if (!names.insert(upstream.name).second) {
      in.fail("name", "is \"" + upstream.name + "\", which another upstream has already");
    }
    config.upstreams.push_back(std::move(upstream));
  });
  fields.refuseUnknown();
}

Error invalid(const std::string& what) { return Error(ErrorCode::InvalidArgument, what); }

}  // namespace

Result<SidecarConfig> parseConfig(std::string_view yaml) {
  if (yaml.size() > kMaxDocument) {
    return invalid("the configuration has " + std::to_string(yaml.size()) +
                   " bytes: at most 262144 are allowed");
  }
  SidecarConfig config;
  std::string error;
  try {
    YamlFields fields(YAML::Load(std::string(yaml)), "", error);
    readDocument(fields, config);
  } catch (const YAML::Exception& broken) {
    return invalid(std::string("not valid YAML: ") + broken.what());
  }
  if (!error.empty()) return invalid(error);
  return config;
}

Result<SidecarConfig> loadConfig(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error(ErrorCode::NotFound, "cannot read the configuration file " + path);
  std::string text(kMaxDocument + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto config = parseConfig(text);
  if (!config) return config.error().within(path);
  return config;
}

}  // namespace shopkeeper::sidecar
