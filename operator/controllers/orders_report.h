// What became of the orders that people gave by annotations: pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operator/world/pod_view.h"

namespace shopkeeper::controllers {

// `reason` is empty where nobody ordered anything, else Applied, InvalidOrders or InvalidPodOrder.
struct OrdersReport {
  bool accepted = true;
  std::string reason;
  std::string message;
  bool operator==(const OrdersReport&) const = default;
};

// `annotation`: shopkeeper.dev/orders of the guide, as it is. The message lists what is in force,
// or says what is wrong and what is allowed.
OrdersReport reportOrders(const std::optional<std::string>& annotation,
                          const std::vector<world::PodView>& pods);

}  // namespace shopkeeper::controllers
