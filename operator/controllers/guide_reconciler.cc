#include "operator/controllers/guide_reconciler.h"

#include <nlohmann/json.hpp>

#include "common/log.h"
#include "operator/api/parse.h"
#include "operator/controllers/catalog_check.h"
#include "operator/controllers/status_events.h"
#include "operator/controllers/status_rollup.h"
#include "operator/controllers/status_writer.h"
#include "operator/controllers/volume_growth.h"
#include "operator/specs/contract.h"
#include "operator/specs/guide_objects.h"
#include "operator/specs/metadata.h"
#include "operator/specs/services.h"

namespace shopkeeper::controllers {
namespace {

using api::Component;
using nlohmann::json;

// A look at every guide even when nothing is heard of it: what an event was lost for is found.
constexpr auto kResync = std::chrono::minutes(10);
// What only the cluster's people can change is looked at again after this.
constexpr auto kRecheck = std::chrono::seconds(30);
// Until the garbage collector took away what a deleted guide of the same name had.
constexpr auto kWaitForOld = std::chrono::seconds(2);

const kube::Resource& workloadResource(Component component) {
  return component == Component::Knowledge ? kube::resources::statefulSets()
                                           : kube::resources::deployments();
}

}  // namespace

struct GuideReconciler::Work {
  kube::Call call;
  std::vector<Finding> findings;
  bool waitForOld = false;
};

GuideReconciler::GuideReconciler(Deps deps)
    : deps_(std::move(deps)),
      keeper_(deps_.client, deps_.world, deps_.metrics),
      mesh_(deps_.client, deps_.clock) {}

Result<kube::Outcome> GuideReconciler::reconcile(const kube::ReconcileRequest& request) {
  const auto object = deps_.world.guide(request.key);
  if (!object || object->deleting()) return kube::Outcome::done();
  Work work{.call = {.stop = request.stop}, .findings = {}};
  const auto guide = api::parseGuide(object->json());
  if (!guide) return refuse(*object, guide.error(), work.call);

  if (!guide->spec.paused) {
    if (auto kept = keepObjects(*guide, *object, work); !kept) return kept.error();
    if (auto checked = checkCluster(*guide, work); !checked) return checked.error();
  }
  if (auto written = writeStatusOf(*guide, *object, work); !written) return written.error();
  if (work.waitForOld) return kube::Outcome::after(kWaitForOld);
  return kube::Outcome::after(work.findings.empty() ? Duration(kResync) : Duration(kRecheck));
}

Status GuideReconciler::keepObjects(const api::ShoppingGuide& guide, const kube::Object& object,
                                    Work& work) {
  // Before the pods that mount them.
  auto mesh = mesh_.keep(guide, work.call);
  if (!mesh) return mesh.error();
  if (*mesh) work.findings.push_back(std::move(**mesh));
  const auto desired = specs::guideObjects(guide, deps_.platform());
  for (const auto& wanted : desired) {
    const auto kept = keeper_.keep(guide, wanted, work.call);
    if (!kept) return kept.error();
    if (kept->what == KeepResult::What::Blocked) {
      work.findings.push_back(kept->finding);
      work.waitForOld = work.waitForOld || kept->waitForOld;
    }
    if (kept->what == KeepResult::What::Corrected) {
      const auto name = wanted.at("kind").get<std::string>() + " " +
                        wanted.at("metadata").at("name").get<std::string>();
      deps_.events.publish(object, kube::EventType::Normal, "DriftCorrected",
                           name + ": " + kept->detail + " is as the guide says again");
    }
  }
  const auto gone = keeper_.prune(guide, desired, work.call);
  if (!gone) return gone.error();
  for (const auto& name : *gone) {
    deps_.events.publish(object, kube::EventType::Normal, "Pruned", name + " is no longer wanted");
  }
  return ok();
}

Status GuideReconciler::checkCluster(const api::ShoppingGuide& guide, Work& work) {
  auto catalog = checkCatalog(guide, deps_.client, work.call);
  if (!catalog) return catalog.error();
  if (*catalog) work.findings.push_back(std::move(**catalog));
  auto volume = growVolume(guide, deps_.world, deps_.client, work.call);
  if (!volume) return volume.error();
  if (*volume) work.findings.push_back(std::move(**volume));
  return ok();
}

Status GuideReconciler::writeStatusOf(const api::ShoppingGuide& guide, const kube::Object& object,
                                      Work& work) {
  const kube::ObjectKey key{guide.ns, guide.name};
  RollupInput input{.guide = guide,
                    .workloads = {},
                    .standbys = {},
                    .pods = deps_.world.pods(key),
                    .reports = {},
                    .reportsSettled = deps_.heartbeats.settled(),
                    .traffic = deps_.measured.view(key),
                    .findings = work.findings,
                    .orders = {},
                    .url = "",
                    .previous = api::parseStatus(object.json()),
                    .now = deps_.clock.wallNow()};
  input.orders = reportOrders(object.annotation(specs::kOrdersAnnotation), input.pods);
  for (const auto component : api::kComponents) {
    const auto workload = deps_.world.get(workloadResource(component),
                                          {guide.ns, specs::objectName(guide, component)});
    if (workload) input.workloads[component] = viewWorkload(workload->json());
    const auto standby = deps_.world.get(kube::resources::deployments(),
                                         {guide.ns, specs::standbyName(guide, component)});
    if (standby) input.standbys[component] = viewWorkload(standby->json());
  }
  for (const auto& pod : input.pods) {
    if (auto report = deps_.heartbeats.report(guide.ns, pod.name)) {
      input.reports.emplace(pod.name, std::move(*report));
    }
  }
  const auto service = deps_.world.get(kube::resources::services(),
                                       {guide.ns, specs::objectName(guide, Component::Ui)});
  input.url = specs::guideUrl(guide, service ? service->json() : json());

  const auto status = rollUp(input);
  const auto written = writeStatus(object, status, deps_.client, work.call);
  if (!written) {
    // Deleted meanwhile: nothing to report to.
    return written.error().code() == ErrorCode::NotFound ? ok() : Status(written.error());
  }
  if (*written) report(object, input.previous, status);
  return ok();
}

Result<kube::Outcome> GuideReconciler::refuse(const kube::Object& object, const Error& problem,
                                              const kube::Call& call) {
  const auto guide = api::parseGuideMetadata(object.json());
  const auto before = api::parseStatus(object.json());
  const auto status = rollUpInvalid(guide, problem.message(), before, deps_.clock.wallNow());
  const auto written = writeStatus(object, status, deps_.client, call);
  if (!written) return written.error();
  if (*written) report(object, before, status);
  return kube::Outcome::failed(problem);
}

void GuideReconciler::report(const kube::Object& object, const api::GuideStatus& before,
                             const api::GuideStatus& after) {
  for (const auto& event : eventsOf(before, after)) {
    deps_.events.publish(object, event.warning ? kube::EventType::Warning : kube::EventType::Normal,
                         event.reason, event.note);
  }
}

}  // namespace shopkeeper::controllers
