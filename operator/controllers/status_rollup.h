// The status of a guide, from what is known about it: pure.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "operator/api/shopping_guide.h"
#include "operator/api/status.h"
#include "operator/control/heartbeat_registry.h"
#include "operator/control/traffic_ledger.h"
#include "operator/controllers/finding.h"
#include "operator/controllers/orders_report.h"
#include "operator/world/pod_view.h"

namespace shopkeeper::controllers {

// The counts of a Deployment's or StatefulSet's status.
struct WorkloadView {
  bool observed = false;  // its controller has seen the newest spec
  int desired = 0;
  int replicas = 0;  // pods of all revisions
  int updated = 0;   // pods of the newest revision
  int ready = 0;
  int available = 0;   // ready for minReadySeconds
  bool stuck = false;  // its progress deadline passed
  std::string stuckMessage;
};
WorkloadView viewWorkload(const nlohmann::json& workload);

struct RollupInput {
  const api::ShoppingGuide& guide;
  std::map<api::Component, WorkloadView> workloads;  // missing: not made yet
  std::map<api::Component, WorkloadView> standbys;   // the same
  std::vector<world::PodView> pods;
  std::map<std::string, control::SidecarReport> reports;  // by pod
  bool reportsSettled = false;                            // a missing report means a silent sidecar
  std::optional<control::GuideTraffic> traffic;  // nothing: not known yet, what was said stays
  std::vector<Finding> findings;
  OrdersReport orders;
  std::string url;
  api::GuideStatus previous;
  WallTime now;
};

// Ready: every component has as many available pods as wanted (during a rollout too).
// Progressing: pods, standbys too, are missing or of an older configuration.
// Degraded: something will not heal by waiting: a finding, a stuck rollout, a pod that cannot run,
// a sidecar that is silent or says that its service does not answer; or requests go to standbys.
// OrdersAccepted: whether what annotations order is in force; absent without orders.
// For kstatus (Flux, Argo CD) also Reconciling while Progressing, and Stalled while stuck or
// blocked; these two are absent otherwise. Times move only when a condition's status does.
api::GuideStatus rollUp(const RollupInput& input);

// The status of a guide whose spec cannot be read.
api::GuideStatus rollUpInvalid(const api::ShoppingGuide& guide, const std::string& problem,
                               const api::GuideStatus& previous, WallTime now);

}  // namespace shopkeeper::controllers
