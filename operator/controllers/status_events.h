// What people should hear of when a status changes: pure.
#pragma once

#include <string>
#include <vector>

#include "operator/api/status.h"

namespace shopkeeper::controllers {

struct StatusEvent {
  bool warning = false;
  std::string reason;  // Ready, NotReady, RolloutStarted, RolloutComplete, OrdersApplied,
                       // OrdersEnded, or the finding's
  std::string note;
  bool operator==(const StatusEvent&) const = default;
};

std::vector<StatusEvent> eventsOf(const api::GuideStatus& before, const api::GuideStatus& after);

}  // namespace shopkeeper::controllers
