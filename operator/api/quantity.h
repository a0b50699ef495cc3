// Kubernetes quantities: "500m", "1", "1.5Gi", "1e3".
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "common/result.h"

namespace shopkeeper::api {

// A non-negative amount in thousandths, rounded up as Kubernetes does. Exact up to 9.2e15 units
// (8 PiB); larger ones saturate.
struct Quantity {
  std::int64_t milli = 0;
  auto operator<=>(const Quantity&) const = default;
};

// InvalidArgument for what Kubernetes would refuse, and for negative amounts.
Result<Quantity> parseQuantity(std::string_view text);

}  // namespace shopkeeper::api
