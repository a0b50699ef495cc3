// One operator, one guide: objects, drift, changes, status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/integration/operator/guide_fixture.h"

namespace shopkeeper::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace resources = kube::resources;

class Reconcile : public GuideTest {
 protected:
  void SetUp() override {
    GuideTest::SetUp();
    if (IsSkipped()) return;
    operator_ = startOperator(OPERATOR_PROGRAM);
  }
  void patch(const kube::Resource& resource, const std::string& name, const char* body,
             kube::PatchType type = kube::PatchType::Merge) {
    const auto patched = client_->patch(resource, {ns_, name}, type, json::parse(body));
    ASSERT_TRUE(patched) << patched.error().message();
  }
  std::unique_ptr<OperatorProcess> operator_;
};

TEST_F(Reconcile, MakesExactlyTheObjectsOfAGuide) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  std::set<std::string> expected = {"ConfigMap demo-operator-ca", "StatefulSet demo-knowledge"};
  for (const std::string component : {"ui", "search", "recommendation", "knowledge", "dialogue"}) {
    for (const std::string kind :
         {"ServiceAccount", "ConfigMap", "NetworkPolicy", "Service", "PodDisruptionBudget"}) {
      expected.insert(kind + " demo-" + component);
    }
    if (component != "knowledge") expected.insert("Deployment demo-" + component);
  }
  const auto objects = ownedObjects();
  EXPECT_EQ(std::set<std::string>(objects.begin(), objects.end()), expected);
  EXPECT_THAT(live(resources::configMaps(), "demo-operator-ca").at("data").at("ca.crt").dump(),
              HasSubstr("BEGIN CERTIFICATE"));
  // Nothing that was applied comes back otherwise than it was applied.
  EXPECT_FALSE(operator_->logHas("keeps another value"));
}

TEST_F(Reconcile, StatusFollowsTheWorkloads) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  ASSERT_TRUE(eventually([&] { return condition("Ready") == "False ComponentsNotReady"; }));
  EXPECT_EQ(condition("Reconciling"), "True RollingOut");
  pretendPodsServe();
  ASSERT_TRUE(eventually([&] { return condition("Ready") == "True AllComponentsServe"; }));
  EXPECT_EQ(condition("Progressing"), "False Complete");
  EXPECT_EQ(condition("Reconciling"), "absent");
  EXPECT_EQ(condition("Degraded"), "False AsExpected");
  const auto status = guide().at("status");
  EXPECT_EQ(status.at("observedGeneration"), guide().at("metadata").at("generation"));
  EXPECT_EQ(status.at("url"), "http://demo-ui." + ns_ + ".svc");
  EXPECT_EQ(status.at("components")[0].at("pods"), "2/2");

  const auto columns = kubectl(kubeconfigPath(), {"get", "guide", "-n", ns_, "-o", "wide"});
  EXPECT_THAT(columns.output, HasSubstr("every component serves"));
  const auto waited = kubectl(kubeconfigPath(), {"wait", "-n", ns_, "--for=condition=Ready",
                                                 "guide/demo", "--timeout=10s"});
  EXPECT_EQ(waited.exitCode, 0) << waited.output;
}

TEST_F(Reconcile, CorrectsDrift) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  patch(resources::deployments(), "demo-ui", R"({"spec": {"replicas": 9}})");
  patch(resources::services(), "demo-ui", R"({"spec": {"selector": {"evil": "yes"}}})");
  patch(resources::networkPolicies(), "demo-search",
        R"([{"op": "add", "path": "/spec/ingress/-", "value": {}}])", kube::PatchType::Json);
  patch(resources::configMaps(), "demo-ui", R"({"data": {"sidecar.yaml": "guide: other"}})");
  patch(resources::serviceAccounts(), "demo-ui",
        R"({"metadata": {"labels": {"app.kubernetes.io/managed-by": null}}})");
  ASSERT_TRUE(client_->remove(resources::podDisruptionBudgets(), {ns_, "demo-search"}));

  EXPECT_TRUE(eventually(
      [&] { return live(resources::deployments(), "demo-ui").at("spec").at("replicas") == 2; }));
  EXPECT_TRUE(eventually([&] {
    return !live(resources::services(), "demo-ui").at("spec").at("selector").contains("evil");
  }));
  EXPECT_TRUE(eventually([&] {
    return live(resources::networkPolicies(), "demo-search").at("spec").at("ingress").size() == 1;
  }));
  EXPECT_TRUE(eventually([&] {
    return live(resources::configMaps(), "demo-ui").at("data").at("sidecar.yaml") != "guide: other";
  }));
  EXPECT_TRUE(eventually([&] { return ownedObjects().size() == 31; }));
}

TEST_F(Reconcile, LeavesOthersFieldsAlone) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  // As `kubectl rollout restart` does.
  patch(
      resources::deployments(), "demo-ui",
      R"({"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}})");
  patch(resources::deployments(), "demo-ui", R"({"spec": {"replicas": 9}})");
  ASSERT_TRUE(eventually(
      [&] { return live(resources::deployments(), "demo-ui").at("spec").at("replicas") == 2; }));
  EXPECT_EQ(
      live(resources::deployments(), "demo-ui")
          .at("/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt"_json_pointer),
      "now");
}

TEST_F(Reconcile, AChangedSpecReachesTheObjectsAndOnlyThose) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  pretendPodsServe();
  ASSERT_TRUE(eventually([&] { return condition("Ready") == "True AllComponentsServe"; }));
  const auto before = live(resources::deployments(), "demo-search");
  const auto since = nowText();
  applyGuide("demo", {{"version", "1.0.0"}, {"components", {{"search", {{"replicas", 4}}}}}});
  ASSERT_TRUE(eventually([&] {
    return live(resources::deployments(), "demo-search").at("spec").at("replicas") == 4;
  }));
  EXPECT_EQ(live(resources::deployments(), "demo-search").at("spec").at("template"),
            before.at("spec").at("template"))
      << "scaling must not roll pods";
  ASSERT_TRUE(eventually([&] { return condition("Progressing") == "True RollingOut"; }));
  std::set<std::string> written;
  for (const auto& write : writesSince(since)) {
    if (write.find(" events ") == std::string::npos) written.insert(write);
  }
  EXPECT_THAT(written, ::testing::UnorderedElementsAre("patch deployments demo-search",
                                                       "patch shoppingguides demo"));

  applyGuide("demo", {{"version", "1.1.0"}, {"traffic", {{"timeout", "2s"}}}});
  EXPECT_TRUE(eventually([&] {
    const auto search = live(resources::deployments(), "demo-search").at("spec").at("template");
    return search.at("/spec/containers/0/image"_json_pointer) == "shopkeeper/search:1.1.0" &&
           search.at("/metadata/annotations"_json_pointer) !=
               before.at("/spec/template/metadata/annotations"_json_pointer);
  }));
}

TEST_F(Reconcile, DeletesWhatIsNoLongerWanted) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects(31));
  applyGuide("demo", {{"version", "1.0.0"}, {"networkPolicy", {{"enabled", false}}}});
  ASSERT_TRUE(waitForAllObjects(26));
  EXPECT_FALSE(exists(resources::networkPolicies(), "demo-ui"));
  applyGuide("demo", {{"version", "1.0.0"}});
  EXPECT_TRUE(waitForAllObjects(31));
}

TEST_F(Reconcile, StandbysComeGoAndAreKept) {
  const auto with = [](int standbys) {
    return json{{"version", "1.0.0"},
                {"components", {{"search", {{"standby", {{"replicas", standbys}}}}}}}};
  };
  applyGuide("demo", with(1));
  ASSERT_TRUE(waitForAllObjects(32));
  EXPECT_FALSE(operator_->logHas("keeps another value"));
  patch(resources::deployments(), "demo-search-standby", R"({"spec": {"replicas": 7}})");
  EXPECT_TRUE(eventually([&] {
    return live(resources::deployments(), "demo-search-standby").at("spec").at("replicas") == 1;
  }));
  pretendPodsServe();
  ASSERT_TRUE(eventually([&] { return condition("Progressing") == "False Complete"; }));
  EXPECT_EQ(guide().at("/status/components/1/standby"_json_pointer),
            (json{{"desired", 1}, {"ready", 1}, {"trafficPercent", 0}}));
  EXPECT_EQ(guide().at("/status/components/1/pods"_json_pointer), "2/2");
  applyGuide("demo", with(0));
  EXPECT_TRUE(waitForAllObjects(31));
  EXPECT_FALSE(exists(resources::deployments(), "demo-search-standby"));
}

TEST_F(Reconcile, OrdersByAnnotationAreAcceptedOrRefusedInACondition) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  const auto order = [&](const std::string& text) {
    const auto said = kubectl(kubeconfigPath(), {"annotate", "--overwrite", "-n", ns_, "guide/demo",
                                                 "shopkeeper.dev/orders=" + text});
    ASSERT_EQ(said.exitCode, 0) << said.output;
  };
  order(R"({"pin": {"serach": "demo-search-1"}})");
  ASSERT_TRUE(eventually([&] { return condition("OrdersAccepted") == "False InvalidOrders"; }));
  EXPECT_THAT(conditionMessage("OrdersAccepted"), HasSubstr("orders.pin.serach must be one of"));
  EXPECT_TRUE(eventually([&] {
    return kubectl(kubeconfigPath(), {"get", "events", "-n", ns_}).output.find("InvalidOrders") !=
           std::string::npos;
  }));
  order(R"({"pin": {"search": "demo-search-1"}})");
  ASSERT_TRUE(eventually([&] { return condition("OrdersAccepted") == "True Applied"; }));
  const auto ended =
      kubectl(kubeconfigPath(), {"annotate", "-n", ns_, "guide/demo", "shopkeeper.dev/orders-"});
  ASSERT_EQ(ended.exitCode, 0) << ended.output;
  EXPECT_TRUE(eventually([&] { return condition("OrdersAccepted") == "absent"; }));
}

TEST_F(Reconcile, PausedChangesNothing) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  applyGuide("demo", {{"version", "1.0.0"}, {"paused", true}});
  ASSERT_TRUE(eventually([&] { return condition("Progressing") == "False Paused"; }));
  const auto since = nowText();
  patch(resources::deployments(), "demo-ui", R"({"spec": {"replicas": 9}})");
  applyGuide("demo", {{"version", "2.0.0"}, {"paused", true}});
  ASSERT_TRUE(eventually([&] {
    return guide().at("/status/observedGeneration"_json_pointer) ==
           guide().at("/metadata/generation"_json_pointer);
  }));
  for (const auto& write : writesSince(since)) EXPECT_THAT(write, HasSubstr("shoppingguides"));
  applyGuide("demo", {{"version", "2.0.0"}});
  EXPECT_TRUE(eventually(
      [&] { return live(resources::deployments(), "demo-ui").at("spec").at("replicas") == 2; }));
}

TEST_F(Reconcile, SeveralGuidesShareNothing) {
  applyGuide("one", {{"version", "1.0.0"}});
  applyGuide("two", {{"version", "2.0.0"}});
  ASSERT_TRUE(waitForAllObjects(62));
  ASSERT_TRUE(client_->remove(resources::services(), {ns_, "one-ui"}));
  EXPECT_TRUE(waitForAllObjects(62));
  EXPECT_NE(live(resources::configMaps(), "one-ui").at("data"),
            live(resources::configMaps(), "two-ui").at("data"));
}

TEST_F(Reconcile, EndsInOrder) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  EXPECT_EQ(operator_->stop(), 0);
  const auto lease = client_->get(resources::leases(), {system_, "shopkeeper-operator"});
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->json().at("spec").value("holderIdentity", ""), "") << "the lease is released";
}

}  // namespace
}  // namespace shopkeeper::testing
