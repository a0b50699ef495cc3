#include "operator/controllers/status_events.h"

namespace shopkeeper::controllers {
namespace {

bool holds(const api::GuideStatus& status, const char* type) {
  const auto* condition = status.condition(type);
  return condition != nullptr && condition->status == "True";
}

std::string messageOf(const api::GuideStatus& status, const char* type) {
  const auto* condition = status.condition(type);
  return condition != nullptr ? condition->message : "";
}

}  // namespace

std::vector<StatusEvent> eventsOf(const api::GuideStatus& before, const api::GuideStatus& after) {
  std::vector<StatusEvent> out;
  if (holds(after, "Ready") && !holds(before, "Ready")) {
    out.push_back({false, "Ready", messageOf(after, "Ready")});
  }
  if (!holds(after, "Ready") && holds(before, "Ready")) {
    out.push_back({true, "NotReady", messageOf(after, "Ready")});
  }
  if (holds(after, "Progressing") && !holds(before, "Progressing")) {
    out.push_back({false, "RolloutStarted", messageOf(after, "Progressing")});
  }
  if (!holds(after, "Progressing") && holds(before, "Progressing")) {
    const auto* condition = after.condition("Progressing");
    if (condition != nullptr && condition->reason == "Complete") {
      out.push_back({false, "RolloutComplete", condition->message});
    }
  }
  const auto* degraded = after.condition("Degraded");
  const auto* was = before.condition("Degraded");
  if (degraded != nullptr && degraded->status == "True" &&
      (was == nullptr || was->status != "True" || was->reason != degraded->reason)) {
    out.push_back({true, degraded->reason, degraded->message});
  }
  // Absent where nobody ordered anything.
  const auto* orders = after.condition("OrdersAccepted");
  const auto* earlier = before.condition("OrdersAccepted");
  if (orders != nullptr && (earlier == nullptr || earlier->message != orders->message)) {
    const bool accepted = orders->status == "True";
    out.push_back({!accepted, accepted ? "OrdersApplied" : orders->reason, orders->message});
  }
  if (orders == nullptr && earlier != nullptr) {
    out.push_back({false, "OrdersEnded", "no orders are in force any more"});
  }
  return out;
}

}  // namespace shopkeeper::controllers
