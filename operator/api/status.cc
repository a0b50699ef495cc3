#include "operator/api/status.h"

#include "operator/api/field_reader.h"

namespace shopkeeper::api {
namespace {

using nlohmann::json;

constexpr int kMaxInt = 2'147'483'647;

}  // namespace

const Condition* GuideStatus::condition(const std::string& type) const {
  for (const auto& condition : conditions) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

json toJson(const GuideStatus& status) {
  json out = {{"observedGeneration", status.observedGeneration},
              {"version", status.version},
              {"url", status.url},
              {"components", json::array()},
              {"conditions", json::array()}};
  for (const auto& component : status.components) {
    out["components"].push_back(
        {{"name", component.name},
         {"desired", component.desired},
         {"ready", component.ready},
         {"updated", component.updated},
         {"pods", std::to_string(component.ready) + "/" + std::to_string(component.desired)},
         {"version", component.version},
         {"message", component.message}});
    auto& entry = out["components"].back();
    if (component.standbyDesired > 0 || component.standbyReady > 0 ||
        component.standbyPercent > 0) {
      entry["standby"] = {{"desired", component.standbyDesired},
                          {"ready", component.standbyReady},
                          {"trafficPercent", component.standbyPercent}};
    }
    for (const auto& share : component.revisions) {
      entry["revisions"].push_back({{"version", share.version}, {"percent", share.percent}});
    }
    for (const auto& pod : component.ejected) {
      entry["ejected"].push_back(
          {{"pod", pod.pod}, {"reason", pod.reason}, {"sidecars", pod.sidecars}});
    }
  }
  for (const auto& condition : status.conditions) {
    out["conditions"].push_back({{"type", condition.type},
                                 {"status", condition.status},
                                 {"reason", condition.reason},
                                 {"message", condition.message},
                                 {"observedGeneration", condition.observedGeneration},
                                 {"lastTransitionTime", condition.lastTransitionTime}});
  }
  return out;
}

GuideStatus parseStatus(const json& object) {
  GuideStatus status;
  std::string ignored;
  const Reader reader = Reader(object, "", &ignored).child("status");
  std::optional<std::int64_t> generation;
  reader.read("observedGeneration", generation);
  status.observedGeneration = generation.value_or(0);
  reader.read("version", status.version);
  reader.read("url", status.url);
  reader.forEach("components", [&](const Reader& item) {
    ComponentStatus component;
    item.read("name", component.name);
    item.read("desired", component.desired, 0, kMaxInt);
    item.read("ready", component.ready, 0, kMaxInt);
    item.read("updated", component.updated, 0, kMaxInt);
    item.child("standby").read("desired", component.standbyDesired, 0, kMaxInt);
    item.child("standby").read("ready", component.standbyReady, 0, kMaxInt);
    item.child("standby").read("trafficPercent", component.standbyPercent, 0, 100);
    item.forEach("revisions", [&](const Reader& share) {
      auto& revision = component.revisions.emplace_back();
      share.read("version", revision.version);
      share.read("percent", revision.percent, 0, 100);
    });
    item.forEach("ejected", [&](const Reader& entry) {
      auto& ejected = component.ejected.emplace_back();
      entry.read("pod", ejected.pod);
      entry.read("reason", ejected.reason);
      entry.read("sidecars", ejected.sidecars, 0, kMaxInt);
    });
    item.read("version", component.version);
    item.read("message", component.message);
    status.components.push_back(std::move(component));
  });
  reader.forEach("conditions", [&](const Reader& item) {
    Condition condition;
    item.read("type", condition.type);
    item.read("status", condition.status);
    item.read("reason", condition.reason);
    item.read("message", condition.message);
    std::optional<std::int64_t> observed;
    item.read("observedGeneration", observed);
    condition.observedGeneration = observed.value_or(0);
    item.read("lastTransitionTime", condition.lastTransitionTime);
    status.conditions.push_back(std::move(condition));
  });
  return status;
}

}  // namespace shopkeeper::api
