#include "operator/controllers/status_rollup.h"

#include <nlohmann/json.hpp>
#include <set>

#include "operator/control/directives_plan.h"

namespace shopkeeper::controllers {
namespace {

using api::Component;
using api::ComponentStatus;
using api::Condition;
using nlohmann::json;

constexpr std::size_t kMaxEjected = 10;  // of one component, in the status

struct Judged {
  ComponentStatus status;
  bool serves = false;       // available pods >= wanted
  bool progressing = false;  // not all pods are of the newest revision
  bool broken = false;       // will not heal by waiting
};

struct PodProblem {
  std::string text;
  bool broken = false;  // as in Judged
};

// What the sidecar says of the service behind it.
PodProblem reportedProblem(const world::PodView& pod, const control::SidecarReport& report) {
  if (report.serviceHealthy || report.draining) return {};
  // Until the kubelet took it for ready it is starting, or waits for its catalogue.
  if (!pod.ready) return {"pod " + pod.name + ": not ready: " + report.serviceReason, false};
  return {"pod " + pod.name + ": its service does not answer: " + report.serviceReason, true};
}

// The most telling problem of a component's pods: one, so that the text stays the same while
// others come and go.
PodProblem podProblem(const RollupInput& input, Component component) {
  PodProblem worst;
  for (const auto& pod : input.pods) {
    if (pod.component != component || pod.terminating) continue;
    if (!pod.problem.empty()) return {"pod " + pod.name + ": " + pod.problem, true};
    PodProblem problem;
    const auto report = input.reports.find(pod.name);
    if (report != input.reports.end()) {
      problem = reportedProblem(pod, report->second);
    } else if (pod.ready && input.reportsSettled) {
      problem = {"pod " + pod.name + ": its sidecar does not report", true};
    }
    if (worst.text.empty() || (problem.broken && !worst.broken)) worst = std::move(problem);
  }
  return worst;
}

std::string versionOf(const RollupInput& input, Component component) {
  std::set<std::string> versions;
  for (const auto& pod : input.pods) {
    if (pod.component == component && pod.running && !pod.terminating) {
      versions.insert(pod.version);
    }
  }
  return versions.size() == 1 ? *versions.begin() : "";
}

// Pods are missing, too many, or of an older configuration.
bool isChanging(const WorkloadView& workload, int desired) {
  return !workload.observed || workload.desired != desired || workload.updated != desired ||
         workload.replicas != desired || workload.available < desired;
}

void blame(Judged& out, const WorkloadView& workload) {
  if (!workload.stuck) return;
  out.broken = true;
  if (out.status.message.empty()) out.status.message = workload.stuckMessage;
}

void judgeStandby(const RollupInput& input, Component component, Judged& out) {
  out.status.standbyDesired = input.guide.spec.of(component).standbyReplicas;
  const auto it = input.standbys.find(component);
  if (it == input.standbys.end()) {
    out.progressing = out.progressing || out.status.standbyDesired > 0;
    return;
  }
  out.status.standbyReady = it->second.ready;
  out.progressing = out.progressing || isChanging(it->second, out.status.standbyDesired);
  blame(out, it->second);
}

// Pods are told by name; what the callers say of addresses that no pod has any more is left out.
void addEjected(const RollupInput& input, const control::UpstreamTraffic& traffic,
                ComponentStatus& status) {
  for (const auto& pod : input.pods) {
    if (pod.terminating || status.ejected.size() >= kMaxEjected) continue;
    const auto it = traffic.ejected.find(control::endpointAddress(pod.address));
    if (it == traffic.ejected.end()) continue;
    status.ejected.push_back({pod.name, it->second.reason, it->second.sidecars});
  }
}

void addMeasured(const RollupInput& input, ComponentStatus& status) {
  if (!input.traffic) {
    for (const auto& before : input.previous.components) {
      if (before.name != status.name) continue;
      status.revisions = before.revisions;
      status.ejected = before.ejected;
      status.standbyPercent = before.standbyPercent;
    }
    return;
  }
  const auto it = input.traffic->find(status.name);
  if (it == input.traffic->end()) return;
  for (const auto& [version, percent] : it->second.percentByVersion) {
    status.revisions.push_back({version, percent});
  }
  status.standbyPercent = it->second.standbyPercent;
  addEjected(input, it->second, status);
}

std::string onStandby(const std::vector<Judged>& components) {
  std::string out;
  for (const auto& component : components) {
    if (component.status.standbyPercent == 0) continue;
    out += (out.empty() ? "" : "; ") + std::string("requests to ") + component.status.name +
           " go to its standby pods";
  }
  return out;
}

Judged judge(const RollupInput& input, Component component) {
  Judged out;
  out.status.name = std::string(toString(component));
  addMeasured(input, out.status);
  out.status.desired = input.guide.spec.of(component).replicas;
  out.status.version = versionOf(input, component);
  auto problem = podProblem(input, component);
  out.status.message = std::move(problem.text);
  out.broken = problem.broken;
  const auto it = input.workloads.find(component);
  if (it == input.workloads.end()) {
    out.progressing = true;
    judgeStandby(input, component, out);
    return out;
  }
  const auto& workload = it->second;
  out.status.ready = workload.ready;
  out.status.updated = workload.updated;
  out.serves = workload.available >= out.status.desired;
  out.progressing = isChanging(workload, out.status.desired);
  blame(out, workload);
  judgeStandby(input, component, out);
  return out;
}

Condition make(const api::ShoppingGuide& guide, const std::string& type, bool holds,
               const std::string& reason, const std::string& message) {
  return {type, holds ? "True" : "False", reason, message.substr(0, 1024), guide.generation, ""};
}

void stamp(std::vector<Condition>& conditions, const api::GuideStatus& previous, WallTime now) {
  for (auto& condition : conditions) {
    const auto* before = previous.condition(condition.type);
    const bool same = before != nullptr && before->status == condition.status &&
                      !before->lastTransitionTime.empty();
    condition.lastTransitionTime = same ? before->lastTransitionTime : toRfc3339Seconds(now);
  }
}

std::string list(const std::vector<Judged>& components, bool Judged::* trait, bool wanted) {
  std::string out;
  for (const auto& component : components) {
    if (component.*trait != wanted) continue;
    const auto& status = component.status;
    out += (out.empty() ? "" : "; ") + status.name + " " + std::to_string(status.ready) + "/" +
           std::to_string(status.desired);
    if (status.standbyDesired > 0) {
      out += " and standby " + std::to_string(status.standbyReady) + "/" +
             std::to_string(status.standbyDesired);
    }
    if (!status.message.empty()) out += " (" + status.message + ")";
  }
  return out;
}

std::vector<Condition> conditionsOf(const RollupInput& input,
                                    const std::vector<Judged>& components) {
  const auto& guide = input.guide;
  const auto waiting = list(components, &Judged::serves, false);
  const auto changing = list(components, &Judged::progressing, true);
  const auto broken = list(components, &Judged::broken, true);
  const bool blocked = !input.findings.empty();

  std::vector<Condition> out;
  out.push_back(waiting.empty()
                    ? make(guide, "Ready", true, "AllComponentsServe", "every component serves")
                    : make(guide, "Ready", false,
                           blocked ? input.findings.front().reason : "ComponentsNotReady",
                           blocked ? input.findings.front().message : "waiting for " + waiting));
  const bool paused = guide.spec.paused;
  const bool progressing = !changing.empty() && !paused;
  out.push_back(progressing ? make(guide, "Progressing", true, "RollingOut", "changing " + changing)
                            : make(guide, "Progressing", false, paused ? "Paused" : "Complete",
                                   paused ? "spec.paused is true: the operator changes nothing"
                                          : "all pods are as the guide says"));
  if (blocked) {
    out.push_back(make(guide, "Degraded", true, input.findings.front().reason,
                       input.findings.front().message));
  } else if (const auto standby = onStandby(components); !standby.empty()) {
    out.push_back(make(guide, "Degraded", true, "TrafficOnStandby",
                       standby + (broken.empty() ? "" : "; " + broken)));
  } else if (!broken.empty()) {
    out.push_back(make(guide, "Degraded", true, "PodsFail", broken));
  } else {
    out.push_back(make(guide, "Degraded", false, "AsExpected", "nothing needs attention"));
  }
  bool stuck = blocked;
  for (const auto* workloads : {&input.workloads, &input.standbys}) {
    for (const auto& [component, workload] : *workloads) stuck = stuck || workload.stuck;
  }
  if (stuck) {
    out.push_back(make(guide, "Stalled", true, out.back().reason, out.back().message));
  } else if (progressing) {
    out.push_back(make(guide, "Reconciling", true, "RollingOut", "changing " + changing));
  }
  if (const auto& orders = input.orders; !orders.reason.empty()) {
    out.push_back(make(guide, "OrdersAccepted", orders.accepted, orders.reason, orders.message));
  }
  return out;
}

std::string commonVersion(const std::vector<Judged>& components, const std::string& previous) {
  std::set<std::string> versions;
  for (const auto& component : components) {
    if (component.status.desired > 0) versions.insert(component.status.version);
  }
  return versions.size() == 1 && !versions.begin()->empty() ? *versions.begin() : previous;
}

}  // namespace

WorkloadView viewWorkload(const json& workload) {
  const auto status = workload.value("status", json::object());
  const auto spec = workload.value("spec", json::object());
  const auto count = [&](const char* name) { return status.value(name, 0); };
  WorkloadView view;
  view.desired = spec.value("replicas", 1);
  view.observed = status.value("observedGeneration", std::int64_t{0}) >=
                  workload.value("/metadata/generation"_json_pointer, std::int64_t{0});
  view.replicas = count("replicas");
  view.ready = count("readyReplicas");
  view.updated = count("updatedReplicas");
  view.available = count("availableReplicas");
  for (const auto& condition : status.value("conditions", json::array())) {
    if (condition.value("type", "") == "Progressing" && condition.value("status", "") == "False") {
      view.stuck = true;
      view.stuckMessage = condition.value("message", "");
    }
  }
  return view;
}

api::GuideStatus rollUp(const RollupInput& input) {
  std::vector<Judged> components;
  for (const auto component : api::kComponents) components.push_back(judge(input, component));
  api::GuideStatus out;
  out.observedGeneration = input.guide.generation;
  out.version = commonVersion(components, input.previous.version);
  out.url = input.url;
  for (const auto& component : components) out.components.push_back(component.status);
  out.conditions = conditionsOf(input, components);
  stamp(out.conditions, input.previous, input.now);
  return out;
}

api::GuideStatus rollUpInvalid(const api::ShoppingGuide& guide, const std::string& problem,
                               const api::GuideStatus& previous, WallTime now) {
  auto out = previous;  // what runs goes on running
  out.observedGeneration = guide.generation;
  const std::string message = problem + "; what runs is left as it is";
  out.conditions = {make(guide, "Ready", false, reasons::kInvalidSpec, message),
                    make(guide, "Progressing", false, reasons::kInvalidSpec, message),
                    make(guide, "Degraded", true, reasons::kInvalidSpec, message),
                    make(guide, "Stalled", true, reasons::kInvalidSpec, message)};
  stamp(out.conditions, previous, now);
  return out;
}

}  // namespace shopkeeper::controllers
