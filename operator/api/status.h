// The status of a ShoppingGuide as typed values, to and from JSON.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace shopkeeper::api {

struct Condition {
  std::string type;
  std::string status;  // "True", "False", "Unknown"
  std::string reason;
  std::string message;
  std::int64_t observedGeneration = 0;
  std::string lastTransitionTime;  // changes only with `status`
  bool operator==(const Condition&) const = default;
};

struct ComponentStatus {
  std::string name;
  int desired = 0;
  int ready = 0;
  int updated = 0;
  int standbyDesired = 0;
  int standbyReady = 0;
  std::string version;
  std::string message;
  bool operator==(const ComponentStatus&) const = default;
};

struct GuideStatus {
  std::int64_t observedGeneration = 0;
  std::string version;
  std::string url;
  std::vector<ComponentStatus> components;
  std::vector<Condition> conditions;
  bool operator==(const GuideStatus&) const = default;

  const Condition* condition(const std::string& type) const;
};

nlohmann::json toJson(const GuideStatus& status);
// What is missing or of a wrong type reads as empty: a status is ours, and written anew.
GuideStatus parseStatus(const nlohmann::json& object);

}  // namespace shopkeeper::api
