// sidecar.yaml as typed values: docs/architecture.md lists every field.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "sidecar/agent/host_port.h"

namespace shopkeeper::sidecar {

using std::chrono::milliseconds;

// What every listener of the data plane is bounded by.
struct ListenerLimits {
  std::size_t maxConnections = 1024;
  std::size_t maxHeaderBytes = 16'384;
  std::uint64_t maxBodyBytes = 1'048'576;   // of a request; answers are streamed without a limit
  milliseconds headerTimeout{5'000};        // first byte to end of headers (slow-loris)
  milliseconds idleTimeout{60'000};         // keep-alive between two requests
  milliseconds stallTimeout{15'000};        // no progress while a body streams
  milliseconds streamIdleTimeout{300'000};  // no byte of an event stream or WebSocket (Envoy's)
};

struct IngressConfig {
  HostPort listen{"0.0.0.0", 8080};
  HostPort service{"127.0.0.1", 9080};
  ListenerLimits limits;
  milliseconds requestTimeout{10'000};  // end of request headers to start of the answer
};

// A port that passes TCP through to an endpoint of an upstream.
struct EgressTcpConfig {
  std::string name;
  HostPort listen{"127.0.0.1", 0};
  std::string upstream;
  std::size_t maxConnections = 256;
  milliseconds idleTimeout{3'600'000};  // no byte in either direction (Envoy's default)
};

struct EgressConfig {
  HostPort listen{"127.0.0.1", 9000};
  ListenerLimits limits{.maxBodyBytes = 16'777'216};
  milliseconds connectTimeout{500};
  std::uint16_t checkPort = 8081;  // the admin port of the peers' sidecars
  std::vector<EgressTcpConfig> tcp;
};

struct AdminConfig {
  HostPort listen{"0.0.0.0", 8081};
  std::string drainToken;  // empty: GET /drain is refused
};

struct ProbeConfig {
  std::string path = "/readyz";
  std::string expect;  // a text that the body of a 200 must hold; empty: any body
  milliseconds interval{500};
  milliseconds timeout{1'000};
  int failureThreshold = 2;
  int successThreshold = 1;
};

struct ControlConfig {
  HostPort address{"shopkeeper-operator.shopkeeper-system.svc", 8443};
  std::string serverName = "shopkeeper-operator.shopkeeper-system.svc";
  std::string caFile = "/etc/shopkeeper/ca/ca.crt";
  std::string tokenFile = "/var/run/secrets/shopkeeper/token";
  milliseconds interval{1'000};
};

struct DrainConfig {
  milliseconds settle{3'000};    // unready but serving, so that peers learn of it
  milliseconds timeout{20'000};  // for what is in flight after that
};

struct LogConfig {
  int accessSample = 0;  // every n-th request is logged; 0: none
};

// Mutual TLS between sidecars. Off: none. Permissive: both are accepted, peers are asked for TLS
// first. Strict: nothing but TLS, in and out.
enum class MeshMode { Off, Permissive, Strict };

struct MeshConfig {
  MeshMode mode = MeshMode::Off;
  std::string certFile = "/etc/shopkeeper/mesh/tls.crt";
  std::string keyFile = "/etc/shopkeeper/mesh/tls.key";
  std::string caFile = "/etc/shopkeeper/mesh/ca.crt";
  std::optional<MeshMode> ingress;  // where it differs: browsers have no certificate

  bool ingressTakesPlain() const { return ingress.value_or(mode) != MeshMode::Strict; }
};

struct UpstreamConfig {
  std::string name;
  std::string dns;
  std::uint16_t port = 8080;
  milliseconds timeout{5'000};  // whole request up to the start of the answer, retries included
  int retryBudgetPercent = 20;
};

struct SidecarConfig {
  std::string guide;
  std::string nameSpace;
  std::string component;
  std::string version;
  int workers = 1;
  IngressConfig ingress;
  EgressConfig egress;
  AdminConfig admin;
  ProbeConfig probe;
  ControlConfig control;
  DrainConfig drain;
  LogConfig log;
  MeshConfig mesh;
  std::string stateDir = "/var/lib/shopkeeper-sidecar";
  std::vector<UpstreamConfig> upstreams;
};

// InvalidArgument with one sentence: the field, what it holds, what is allowed. Unknown fields are
// errors too: a misspelt limit must not silently become its default.
Result<SidecarConfig> parseConfig(std::string_view yaml);

// Reads and parses; at most 256 KiB.
Result<SidecarConfig> loadConfig(const std::string& path);

}  // namespace shopkeeper::sidecar
