// What the operator needs to know about one pod of a guide.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "operator/api/component.h"

namespace shopkeeper::world {

struct PodView {
  std::string name;
  api::Component component = api::Component::Ui;
  std::string version;
  std::string address;  // IP; empty until it has one
  std::string node;
  bool running = false;
  bool ready = false;
  bool terminating = false;
  bool standby = false;
  std::string order;  // what a person wrote into shopkeeper.dev/traffic, as it is
  // Why it does not run, as the kubelet or the scheduler says it; empty where nothing is wrong yet.
  std::string problem;
  bool operator==(const PodView&) const = default;
};

// Nothing for a pod without our component label.
std::optional<PodView> viewPod(const nlohmann::json& pod);

}  // namespace shopkeeper::world
