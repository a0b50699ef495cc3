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

// The share of a component's requests that pods of one version got, as the callers measured it.
struct RevisionShare {
  std::string version;
  int percent = 0;
  bool operator==(const RevisionShare&) const = default;
};

// A pod that callers took out of rotation.
struct EjectedPod {
  std::string pod;
  std::string reason;
  int sidecars = 0;  // how many callers
  bool operator==(const EjectedPod&) const = default;
};

struct ComponentStatus {
  std::string name;
  int desired = 0;
  int ready = 0;
  int updated = 0;
  int standbyDesired = 0;
  int standbyReady = 0;
  int standbyPercent = 0;  // of the component's requests that standby pods got
  std::string version;
  std::string message;
  std::vector<RevisionShare> revisions;  // empty while one version gets everything
  std::vector<EjectedPod> ejected;
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
