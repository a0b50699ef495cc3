#include "operator/controllers/status_rollup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace shopkeeper::controllers {
namespace {

using api::Component;
using nlohmann::json;
using namespace std::chrono_literals;

const WallTime kNow{std::chrono::seconds(1'790'000'000)};

api::ShoppingGuide guideOf() {
  api::ShoppingGuide guide;
  guide.name = "demo";
  guide.ns = "shop";
  guide.generation = 4;
  guide.spec.version = "1.4.0";
  guide.spec.of(Component::Knowledge).replicas = 1;
  return guide;
}

WorkloadView serving(int pods) { return {true, pods, pods, pods, pods, pods, false, ""}; }

struct Rollup : testing::Test {
  api::ShoppingGuide guide = guideOf();
  RollupInput input{.guide = guide,
                    .workloads = {},
                    .standbys = {},
                    .pods = {},
                    .reports = {},
                    .reportsSettled = true,
                    .traffic = {},
                    .findings = {},
                    .orders = {},
                    .url = "http://demo-ui.shop.svc",
                    .previous = {},
                    .now = kNow};

  void everythingServes() {
    for (const auto component : api::kComponents) {
      const int pods = guide.spec.of(component).replicas;
      input.workloads[component] = serving(pods);
      for (int i = 0; i < pods; ++i) addPod(component, i);
    }
  }
  world::PodView& addPod(Component component, int index) {
    world::PodView pod;
    pod.name = std::string(toString(component)) + "-" + std::to_string(index);
    pod.component = component;
    pod.version = "1.4.0";
    pod.running = pod.ready = true;
    input.reports[pod.name] = {true, "", false};
    return input.pods.emplace_back(pod);
  }
  static std::string state(const api::GuideStatus& status, const char* type) {
    const auto* condition = status.condition(type);
    return condition == nullptr ? "absent" : condition->status + " " + condition->reason;
  }
  static std::string message(const api::GuideStatus& status, const char* type) {
    const auto* condition = status.condition(type);
    return condition == nullptr ? "" : condition->message;
  }
};

TEST_F(Rollup, NothingIsThereYet) {
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Ready"), "False ComponentsNotReady");
  EXPECT_EQ(state(status, "Progressing"), "True RollingOut");
  EXPECT_EQ(state(status, "Reconciling"), "True RollingOut");
  EXPECT_EQ(state(status, "Degraded"), "False AsExpected");
  EXPECT_EQ(state(status, "Stalled"), "absent");
  EXPECT_EQ(status.observedGeneration, 4);
  EXPECT_EQ(status.version, "");
  EXPECT_EQ(status.components.size(), 5u);
}

TEST_F(Rollup, EverythingServes) {
  everythingServes();
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Ready"), "True AllComponentsServe");
  EXPECT_EQ(state(status, "Progressing"), "False Complete");
  EXPECT_EQ(state(status, "Degraded"), "False AsExpected");
  EXPECT_EQ(state(status, "Reconciling"), "absent");
  EXPECT_EQ(status.version, "1.4.0");
  EXPECT_EQ(status.url, "http://demo-ui.shop.svc");
}

TEST_F(Rollup, ARolloutStaysReadyAndSaysSo) {
  everythingServes();
  input.previous.version = "1.3.0";
  input.workloads[Component::Search] = {true, 2, 3, 1, 3, 2, false, ""};
  addPod(Component::Search, 2).version = "1.5.0";
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Ready"), "True AllComponentsServe");
  EXPECT_EQ(state(status, "Progressing"), "True RollingOut");
  EXPECT_THAT(message(status, "Progressing"), testing::HasSubstr("search"));
  EXPECT_EQ(status.version, "1.3.0") << "the former version until all pods run the new one";
  EXPECT_EQ(status.components[1].version, "");
}

TEST_F(Rollup, ASpecThatTheWorkloadControllerHasNotSeenIsProgress) {
  everythingServes();
  input.workloads[Component::Ui].observed = false;
  EXPECT_EQ(state(rollUp(input), "Progressing"), "True RollingOut");
}

TEST_F(Rollup, ScaledToZeroServes) {
  everythingServes();
  guide.spec.of(Component::Dialogue).replicas = 0;
  input.workloads[Component::Dialogue] = serving(0);
  std::erase_if(input.pods, [](const auto& pod) { return pod.component == Component::Dialogue; });
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Ready"), "True AllComponentsServe");
  EXPECT_EQ(status.version, "1.4.0");
}

TEST_F(Rollup, StandbysCountBesideThePrimaries) {
  everythingServes();
  guide.spec.of(Component::Search).standbyReplicas = 2;
  auto status = rollUp(input);
  EXPECT_EQ(state(status, "Ready"), "True AllComponentsServe");
  EXPECT_EQ(state(status, "Progressing"), "True RollingOut");
  EXPECT_EQ(message(status, "Progressing"), "changing search 2/2 and standby 0/2");
  input.standbys[Component::Search] = serving(2);
  status = rollUp(input);
  EXPECT_EQ(state(status, "Progressing"), "False Complete");
  EXPECT_EQ(status.components[1].standbyReady, 2);
  EXPECT_EQ(status.components[1].ready, 2) << "the column counts primaries";
  input.standbys[Component::Search].stuck = true;
  EXPECT_EQ(state(rollUp(input), "Stalled"), "True PodsFail");
}

TEST_F(Rollup, MeasuredTrafficIsToldByPodAndStaysUntilMoreIsKnown) {
  everythingServes();
  for (auto& pod : input.pods) {
    if (pod.name == "search-0") pod.address = "10.0.0.7";
  }
  control::UpstreamTraffic search;
  search.percentByVersion = {{"1.4.0", 95}, {"1.5.0", 5}};
  search.ejected = {{"10.0.0.7:8080", {"connection refused", 2}}, {"10.0.0.99:8080", {"gone", 1}}};
  input.traffic = control::GuideTraffic{{"search", search}};
  const auto status = rollUp(input);
  EXPECT_EQ(status.components[1].revisions,
            (std::vector<api::RevisionShare>{{"1.4.0", 95}, {"1.5.0", 5}}));
  EXPECT_EQ(status.components[1].ejected,
            (std::vector<api::EjectedPod>{{"search-0", "connection refused", 2}}));
  input.previous = status;
  input.traffic = std::nullopt;  // a new leader
  EXPECT_EQ(rollUp(input), status);
  input.traffic = control::GuideTraffic();
  EXPECT_THAT(rollUp(input).components[1].revisions, testing::IsEmpty());
  EXPECT_THAT(rollUp(input).components[1].ejected, testing::IsEmpty());
}

TEST_F(Rollup, TrafficOnStandbyIsDegraded) {
  everythingServes();
  control::UpstreamTraffic search;
  search.standbyPercent = 100;
  input.traffic = control::GuideTraffic{{"search", search}};
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Degraded"), "True TrafficOnStandby");
  EXPECT_EQ(message(status, "Degraded"), "requests to search go to its standby pods");
  input.traffic->at("search").standbyPercent = 3;
  EXPECT_EQ(message(rollUp(input), "Degraded"), message(status, "Degraded"))
      << "the text stays while shares move";
  input.traffic->clear();
  EXPECT_EQ(state(rollUp(input), "Degraded"), "False AsExpected");
}

TEST_F(Rollup, OrdersHaveACondition) {
  everythingServes();
  EXPECT_EQ(state(rollUp(input), "OrdersAccepted"), "absent");
  input.orders = {false, "InvalidOrders", "orders.pin.ui must be ..."};
  EXPECT_EQ(state(rollUp(input), "OrdersAccepted"), "False InvalidOrders");
  input.orders = {true, "Applied", "search pinned to pod a"};
  EXPECT_EQ(state(rollUp(input), "OrdersAccepted"), "True Applied");
  EXPECT_EQ(state(rollUp(input), "Degraded"), "False AsExpected");
}

TEST_F(Rollup, APodThatCannotRunIsNamed) {
  everythingServes();
  input.workloads[Component::Search].available = 1;
  input.pods[2].problem = "container search cannot pull image x";
  input.pods[2].ready = false;
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Degraded"), "True PodsFail");
  EXPECT_THAT(message(status, "Degraded"), testing::HasSubstr("cannot pull image x"));
  EXPECT_THAT(message(status, "Ready"), testing::HasSubstr("cannot pull image x"));
}

TEST_F(Rollup, ASilentSidecarCountsOnlyAfterItCouldHaveSpoken) {
  everythingServes();
  input.reports.erase("ui-0");
  input.reportsSettled = false;
  EXPECT_EQ(state(rollUp(input), "Degraded"), "False AsExpected");
  input.reportsSettled = true;
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Degraded"), "True PodsFail");
  EXPECT_THAT(message(status, "Degraded"), testing::HasSubstr("ui-0: its sidecar does not report"));
  EXPECT_EQ(state(status, "Ready"), "True AllComponentsServe");
}

TEST_F(Rollup, ASidecarsWordAboutItsService) {
  everythingServes();
  input.reports["ui-0"] = {false, "connection refused", false};
  EXPECT_THAT(message(rollUp(input), "Degraded"), testing::HasSubstr("connection refused"));
  input.reports["ui-0"].draining = true;
  EXPECT_EQ(state(rollUp(input), "Degraded"), "False AsExpected");
}

TEST_F(Rollup, APodThatWaitsForItsCatalogueSaysSoWithoutAlarm) {
  everythingServes();
  input.workloads[Component::Search].available = 1;
  input.pods[2].ready = false;
  input.reports[input.pods[2].name] = {false, "no catalogue yet", false};
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Degraded"), "False AsExpected");
  EXPECT_THAT(message(status, "Ready"),
              testing::HasSubstr("search 2/2 (pod search-0: not ready: no catalogue yet)"));
}

TEST_F(Rollup, AStuckRolloutIsStalled) {
  everythingServes();
  input.workloads[Component::Ui].stuck = true;
  input.workloads[Component::Ui].stuckMessage = "ReplicaSet has timed out progressing.";
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Stalled"), "True PodsFail");
  EXPECT_EQ(state(status, "Reconciling"), "absent");
  EXPECT_THAT(message(status, "Degraded"), testing::HasSubstr("timed out"));
}

TEST_F(Rollup, AFindingComesFirst) {
  input.findings = {{reasons::kCatalogMissing, "ConfigMap products does not exist"}};
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Ready"), "False CatalogMissing");
  EXPECT_EQ(state(status, "Degraded"), "True CatalogMissing");
  EXPECT_EQ(state(status, "Stalled"), "True CatalogMissing");
}

TEST_F(Rollup, PausedIsNotProgressing) {
  guide.spec.paused = true;
  const auto status = rollUp(input);
  EXPECT_EQ(state(status, "Progressing"), "False Paused");
  EXPECT_EQ(state(status, "Reconciling"), "absent");
}

TEST_F(Rollup, TimesMoveOnlyWithTheStatus) {
  const auto first = rollUp(input);
  input.previous = first;
  input.now = kNow + 1h;
  EXPECT_EQ(rollUp(input), first) << "an unchanged world gives an unchanged status";
  everythingServes();
  const auto second = rollUp(input);
  EXPECT_EQ(second.condition("Ready")->lastTransitionTime, toRfc3339Seconds(kNow + 1h));
  EXPECT_EQ(second.condition("Degraded")->lastTransitionTime, toRfc3339Seconds(kNow));
}

TEST_F(Rollup, AnInvalidSpecLeavesTheRestAsItWas) {
  everythingServes();
  const auto before = rollUp(input);
  const auto status = rollUpInvalid(guide, "spec.version must look like ...", before, kNow);
  EXPECT_EQ(state(status, "Ready"), "False InvalidSpec");
  EXPECT_EQ(state(status, "Stalled"), "True InvalidSpec");
  EXPECT_EQ(status.components, before.components);
  EXPECT_EQ(status.version, before.version);
}

TEST(ViewWorkload, ReadsCountsAndAStuckRollout) {
  const auto view = viewWorkload(json::parse(R"({
    "metadata": {"generation": 3}, "spec": {"replicas": 2},
    "status": {"observedGeneration": 3, "replicas": 3, "readyReplicas": 2, "updatedReplicas": 1,
               "availableReplicas": 2,
               "conditions": [{"type": "Progressing", "status": "False", "message": "timed out"}]}})"));
  EXPECT_TRUE(view.observed);
  EXPECT_EQ(view.desired, 2);
  EXPECT_EQ(view.replicas, 3);
  EXPECT_EQ(view.updated, 1);
  EXPECT_TRUE(view.stuck);
  EXPECT_EQ(view.stuckMessage, "timed out");
  EXPECT_FALSE(viewWorkload(json::parse(R"({"metadata": {"generation": 1}})")).observed);
}

}  // namespace
}  // namespace shopkeeper::controllers
