// What the operator tells a sidecar: one versioned snapshot, applied whole or not at all.
// Format: docs/formats/wire.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace shopkeeper::wire {

enum class Tier { Primary, Standby };

struct Endpoint {
  std::string pod;
  std::string address;  // "10.244.1.5:8080", the port of the pod's sidecar
  std::string node;
  std::string zone;
  std::string version;
  Tier tier = Tier::Primary;
  int weight = 10'000;  // hundredths of a percent
  bool terminating = false;
  bool operator==(const Endpoint&) const = default;
};

struct Upstream {
  std::string name;  // "search"
  std::vector<Endpoint> endpoints;
  int timeoutMs = 5'000;        // whole request, retries included
  int retryBudgetPercent = 20;  // of active requests; Finagle's and Linkerd's default
  bool operator==(const Upstream&) const = default;
};

struct Directives {
  std::string guide;
  std::string nameSpace;
  // Orders snapshots: (lease transitions << 32) + a counter of the leader. A sidecar ignores
  // anything not newer than what it applied.
  std::uint64_t generation = 0;
  std::vector<Upstream> upstreams;
  bool operator==(const Directives&) const = default;
};

std::string toJson(const Directives& directives);
Result<Directives> parseDirectives(std::string_view json);

}  // namespace shopkeeper::wire
