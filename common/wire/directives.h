// What the operator tells a sidecar: one versioned snapshot, applied whole or not at all.
// Format: docs/formats/wire.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/wire/traffic_policy.h"

namespace shopkeeper::wire {

enum class Tier { Primary, Standby };

// What a person or a controller ordered for one endpoint, whatever its health.
enum class EndpointOrder {
  None,
  Drain,  // takes no new requests unless nothing else is left
  Eject,  // takes none at all
};

struct Endpoint {
  std::string pod;
  std::string address;  // "10.244.1.5:8080", the port of the pod's sidecar
  std::string node;
  std::string zone;
  std::string version;
  Tier tier = Tier::Primary;
  int weight = 10'000;  // relative to the other endpoints of its revision, hundredths of a percent
  bool terminating = false;
  EndpointOrder order = EndpointOrder::None;
  bool operator==(const Endpoint&) const = default;
};

// The share of one version of the guide. With none given, all endpoints are one pool.
struct RevisionWeight {
  std::string version;
  int weight = 0;  // hundredths of a percent of the upstream's requests; all together 10000
  bool operator==(const RevisionWeight&) const = default;
};

// Copies of requests to another version, answers thrown away or compared.
struct Mirror {
  std::string version;
  int percent = 0;
  bool compare = true;  // status and body against what the client got
  bool operator==(const Mirror&) const = default;
};

struct Upstream {
  std::string name;  // "search"
  std::vector<Endpoint> endpoints;
  std::vector<RevisionWeight> revisions;
  std::string pin;  // a pod: every request goes there while it is in the list
  std::vector<Mirror> mirrors;
  TrafficPolicy policy;
  bool operator==(const Upstream&) const = default;
};

enum class FaultKind {
  Delay,    // `delayMs` before the service is asked
  Status,   // `status` instead of asking
  Reset,    // the connection is reset
  Hang,     // no answer until the caller gives up
  Corrupt,  // the body's bytes are changed, status and length stay
};

// Injected at the ingress of the pods it names, for drills. Ends by itself `ttlMs` after a sidecar
// first saw it (monotonic clock; a restarted sidecar has none), whatever happens to the operator.
struct Fault {
  std::string id;  // the same id again changes nothing, not even the end
  std::string component;
  std::string pod;  // empty: every pod of the component
  FaultKind kind = FaultKind::Delay;
  int percent = 100;
  int delayMs = 0;
  int status = 503;
  int ttlMs = 60'000;  // 1 to 600000
  bool operator==(const Fault&) const = default;
};

struct Directives {
  std::string guide;
  std::string nameSpace;
  // Orders snapshots: (lease transitions << 32) + a counter of the leader. A sidecar ignores
  // anything not newer than what it applied.
  std::uint64_t generation = 0;
  std::vector<Upstream> upstreams;
  std::vector<Fault> faults;
  bool operator==(const Directives&) const = default;
};

std::string toJson(const Directives& directives);
// InvalidArgument naming the field and what is allowed. Unknown fields are ignored.
Result<Directives> parseDirectives(std::string_view json);

}  // namespace shopkeeper::wire
