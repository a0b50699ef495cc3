// How near an endpoint is. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "common/wire/directives.h"

namespace shopkeeper::sidecar {

// Where this sidecar runs; empty: not known.
struct Locality {
  std::string node;
  std::string zone;
};

// 0: same node, 1: same zone, 2: elsewhere.
inline constexpr std::size_t kDistances = 3;
inline std::size_t distance(const Locality& self, const wire::Endpoint& endpoint) {
  if (!self.node.empty() && self.node == endpoint.node) return 0;
  if (!self.zone.empty() && self.zone == endpoint.zone) return 1;
  return 2;
}

// A near endpoint is passed over for a farther one that costs less than half.
inline constexpr double kLocalTolerance = 2.0;

}  // namespace shopkeeper::sidecar
