// Orders that people give to the traffic of a running guide, by annotations: no change of its spec,
// so nothing that a GitOps tool would set back.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/wire/directives.h"
#include "operator/api/component.h"

namespace shopkeeper::api {

// What is ordered for calls to one component.
struct UpstreamOrders {
  std::string pin;
  std::vector<wire::RevisionWeight> weights;
  std::vector<wire::Mirror> mirrors;
  bool operator==(const UpstreamOrders&) const = default;
};

struct Orders {
  std::array<UpstreamOrders, kComponents.size()> upstreams;
  std::vector<wire::Fault> faults;
  const UpstreamOrders& of(Component component) const {
    return upstreams[static_cast<std::size_t>(component)];
  }
  UpstreamOrders& of(Component component) { return upstreams[static_cast<std::size_t>(component)]; }
  bool operator==(const Orders&) const = default;
};

// The guide's annotation shopkeeper.dev/orders, a JSON object of at most 16 KiB:
//   {"pin": {"search": "<pod>"}, "weights": {"search": {"1.4.0": 9500, "1.5.0": 500}},
//    "mirrors": {"search": [{"version", "percent", "compare"}]},
//    "faults": [{"id", "component", "pod", "kind", "percent", "delayMs", "status", "ttlMs"}]}
// Weights are hundredths of a percent and add up to 10000. InvalidArgument with one sentence that
// names the field and what is allowed; unknown fields are errors.
Result<Orders> parseOrders(std::string_view text);

// A pod's annotation shopkeeper.dev/traffic: "drain" or "eject"; nothing for other texts.
std::optional<wire::EndpointOrder> parsePodOrder(std::string_view text);

}  // namespace shopkeeper::api
