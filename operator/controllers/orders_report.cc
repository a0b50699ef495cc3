#include "operator/controllers/orders_report.h"

#include <algorithm>

#include "operator/api/orders.h"
#include "operator/specs/contract.h"

namespace shopkeeper::controllers {
namespace {

void add(std::string& list, const std::string& item) { list += (list.empty() ? "" : "; ") + item; }

std::string describe(const api::UpstreamOrders& orders, const std::vector<world::PodView>& pods) {
  std::string out;
  if (!orders.pin.empty()) {
    const bool there = std::any_of(pods.begin(), pods.end(),
                                   [&](const auto& pod) { return pod.name == orders.pin; });
    out += " pinned to pod " + orders.pin + (there ? "" : " (not there)");
  }
  for (const auto& revision : orders.weights) {
    const int rest = revision.weight % 100;
    out += " " + revision.version + "=" + std::to_string(revision.weight / 100) +
           (rest == 0 ? "" : (rest < 10 ? ".0" : ".") + std::to_string(rest)) + "%";
  }
  for (const auto& mirror : orders.mirrors) {
    out += " " + std::to_string(mirror.percent) + "% copied to " + mirror.version;
  }
  return out;
}

}  // namespace

OrdersReport reportOrders(const std::optional<std::string>& annotation,
                          const std::vector<world::PodView>& pods) {
  std::string inForce;
  if (annotation && !annotation->empty()) {
    const auto orders = api::parseOrders(*annotation);
    if (!orders) {
      return {false, "InvalidOrders",
              std::string("annotation ") + specs::kOrdersAnnotation + ": " +
                  orders.error().message() + "; nothing of it is applied"};
    }
    for (const auto component : api::kComponents) {
      const auto text = describe(orders->of(component), pods);
      if (!text.empty()) add(inForce, std::string(toString(component)) + text);
    }
    for (const auto& fault : orders->faults) {
      add(inForce, "fault " + fault.id + " in " +
                       (fault.pod.empty() ? fault.component : "pod " + fault.pod));
    }
  }
  for (const auto& pod : pods) {
    if (pod.order.empty()) continue;
    if (!api::parsePodOrder(pod.order)) {
      return {false, "InvalidPodOrder",
              "pod " + pod.name + ": annotation " + specs::kPodOrderAnnotation +
                  " must be drain or eject, not \"" + pod.order + "\"; it is ignored"};
    }
    add(inForce, "pod " + pod.name + ": " + pod.order);
  }
  if (inForce.empty()) return {};
  return {true, "Applied", inForce};
}

}  // namespace shopkeeper::controllers
