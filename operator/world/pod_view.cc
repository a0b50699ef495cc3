#include "operator/world/pod_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "operator/specs/contract.h"
#include "operator/specs/metadata.h"

namespace shopkeeper::world {
namespace {

using nlohmann::json;

const json kNothing;

const json& at(const json& object, const char* name) {
  if (!object.is_object()) return kNothing;
  const auto it = object.find(name);
  return it == object.end() ? kNothing : *it;
}

std::string text(const json& object, const char* name) {
  const auto& value = at(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

// Images that cannot be pulled, containers that cannot be made or die again and again. Texts that
// change with every attempt (back-off times, request ids) are left out: a status that repeats them
// would be written each time.
std::string containerProblem(const json& status) {
  const auto& waiting = at(at(status, "state"), "waiting");
  auto reason = text(waiting, "reason");
  if (reason.empty() || reason == "ContainerCreating" || reason == "PodInitializing") return "";
  const auto container = "container " + text(status, "name");
  if (reason == "ErrImagePull" || reason == "ImagePullBackOff") {
    return container + " cannot pull image " + text(status, "image");
  }
  if (reason == "CrashLoopBackOff") {
    const auto& exitCode = at(at(at(status, "lastState"), "terminated"), "exitCode");
    return container + " keeps ending" +
           (exitCode.is_number() ? " with exit code " + exitCode.dump() : std::string());
  }
  const auto detail = text(waiting, "message");
  return container + ": " + reason + (detail.empty() ? "" : ": " + detail);
}

std::string problemOf(const json& status) {
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const auto& container : at(status, list)) {
      if (auto problem = containerProblem(container); !problem.empty()) return problem;
    }
  }
  for (const auto& condition : at(status, "conditions")) {
    if (text(condition, "type") == "PodScheduled" && text(condition, "status") == "False") {
      return "cannot be scheduled: " + text(condition, "message");
    }
  }
  return text(status, "phase") == "Failed" ? "failed: " + text(status, "reason") : "";
}

}  // namespace

std::optional<PodView> viewPod(const json& pod) {
  const auto& metadata = at(pod, "metadata");
  const auto& labels = at(metadata, "labels");
  const auto component = api::parseComponent(text(labels, specs::kComponentLabel));
  if (!component) return std::nullopt;
  const auto& status = at(pod, "status");
  PodView view;
  view.name = text(metadata, "name");
  view.component = *component;
  view.version = text(labels, specs::kVersionLabel);
  view.address = text(status, "podIP");
  view.node = text(at(pod, "spec"), "nodeName");
  view.running = text(status, "phase") == "Running";
  view.terminating = !at(metadata, "deletionTimestamp").is_null();
  view.standby = text(labels, specs::kTierLabel) == specs::kStandbyTier;
  view.order = text(at(metadata, "annotations"), specs::kPodOrderAnnotation).substr(0, 64);
  for (const auto& condition : at(status, "conditions")) {
    if (text(condition, "type") == "Ready") view.ready = text(condition, "status") == "True";
  }
  view.problem = problemOf(status);
  view.problem = view.problem.substr(0, std::min<std::size_t>(view.problem.find('\n'), 256));
  return view;
}

}  // namespace shopkeeper::world
