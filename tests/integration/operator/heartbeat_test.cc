// Sidecars report over TLS with real pod-bound tokens and get directives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/http/client.h"
#include "common/wire/directives.h"
#include "tests/integration/operator/guide_fixture.h"

namespace shopkeeper::testing {
namespace {

using nlohmann::json;
namespace resources = kube::resources;

class Heartbeats : public GuideTest {
 protected:
  void SetUp() override {
    GuideTest::SetUp();
    if (IsSkipped()) return;
    operator_ = startOperator(OPERATOR_PROGRAM);
    applyGuide("demo", {{"version", "1.0.0"}});
    ASSERT_TRUE(waitForAllObjects());
    ASSERT_TRUE(eventually([&] { return operator_->port("control") != 0; }));
  }

  // A pod as the ReplicaSet controller and a kubelet would have made it.
  void makePod(const std::string& name, const std::string& component, const std::string& ip,
               bool ready, const json& moreLabels = json::object()) {
    json pod = {{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata",
                 {{"name", name},
                  {"namespace", ns_},
                  {"labels",
                   {{"app.kubernetes.io/managed-by", "shopkeeper"},
                    {"app.kubernetes.io/instance", "demo"},
                    {"app.kubernetes.io/component", component},
                    {"app.kubernetes.io/version", "1.0.0"}}}}},
                {"spec",
                 {{"serviceAccountName", "demo-" + component},
                  {"automountServiceAccountToken", false},
                  {"nodeName", "node-1"},
                  {"containers", json::array({{{"name", component}, {"image", "x:1"}}})}}}};
    pod["metadata"]["labels"].update(moreLabels);
    const auto made = client_->create(resources::pods(), kube::Object(pod));
    ASSERT_TRUE(made) << made.error().message();
    setPod(name, ip, ready);
  }
  void setPod(const std::string& name, const std::string& ip, bool ready) {
    const json status = {{"status",
                          {{"phase", "Running"},
                           {"podIP", ip},
                           {"podIPs", json::array({{{"ip", ip}}})},
                           {"conditions", json::array({{{"type", "Ready"},
                                                        {"status", ready ? "True" : "False"}}})}}}};
    const auto patched = client_->patch(resources::pods(), {ns_, name}, kube::PatchType::Merge,
                                        status, {}, "status");
    ASSERT_TRUE(patched) << patched.error().message();
  }

  std::string tokenOf(const std::string& pod, const std::string& account,
                      const std::string& audience = "shopkeeper") {
    const json request = {{"apiVersion", "authentication.k8s.io/v1"},
                          {"kind", "TokenRequest"},
                          {"metadata", {{"name", account}, {"namespace", ns_}}},
                          {"spec",
                           {{"audiences", json::array({audience})},
                            {"boundObjectRef",
                             {{"apiVersion", "v1"},
                              {"kind", "Pod"},
                              {"name", pod},
                              {"uid", live(resources::pods(), pod).at("metadata").at("uid")}}}}}};
    const auto token =
        client_->create(resources::serviceAccounts(), kube::Object(request), {}, "token");
    EXPECT_TRUE(token) << token.error().message();
    return token ? token->json().at("status").at("token").get<std::string>() : "";
  }

  // The sidecar's side of TLS: the bundle of the guide's ConfigMap, the Service's name.
  http::Response beat(const std::string& token, const json& heartbeat) {
    http::ClientTls tls;
    tls.ca = live(resources::configMaps(), "demo-operator-ca").at("data").at("ca.crt");
    tls.serverName = "shopkeeper-operator." + system_ + ".svc";
    const auto client = http::makeCpprestClient(
        "https://127.0.0.1:" + std::to_string(operator_->port("control")), tls);
    EXPECT_TRUE(client) << client.error().message();
    http::Request request{"POST", "/v1/heartbeat", {}, heartbeat.dump(), ""};
    request.headers.add("Authorization", "Bearer " + token);
    request.headers.add("Content-Type", "application/json");
    const auto answer = (*client)->send(request, {});
    EXPECT_TRUE(answer) << answer.error().message();
    return answer ? *answer : http::Response{0, {}, ""};
  }
  json heartbeatOf(const std::string& pod, const std::string& component,
                   std::uint64_t applied = 0) {
    return {
        {"guide", "demo"},        {"namespace", ns_}, {"component", component},      {"pod", pod},
        {"serviceHealthy", true}, {"sequence", 1},    {"appliedGeneration", applied}};
  }

  std::unique_ptr<OperatorProcess> operator_;
};

TEST_F(Heartbeats, APodGetsItsDirectivesAndHearsOfChanges) {
  makePod("demo-ui-1", "ui", "10.0.0.1", true);
  makePod("demo-search-1", "search", "10.0.0.2", true);
  makePod("demo-search-2", "search", "10.0.0.3", false);
  const auto token = tokenOf("demo-ui-1", "demo-ui");
  wire::Directives directives;
  const auto searchPods = [&] {
    std::vector<std::string> pods;
    for (const auto& endpoint : directives.upstreams.at(0).endpoints) {
      pods.push_back(endpoint.pod + (endpoint.terminating ? " ends" : ""));
    }
    return pods;
  };
  const auto until = [&](std::vector<std::string> wanted) {
    return eventually([&] {
      const auto answer = beat(token, heartbeatOf("demo-ui-1", "ui", directives.generation));
      if (answer.status == 200) directives = wire::parseDirectives(answer.body).value();
      return !directives.upstreams.empty() && searchPods() == wanted;
    });
  };
  ASSERT_TRUE(until({"demo-search-1"}));
  EXPECT_EQ(directives.upstreams.size(), 4u);
  EXPECT_EQ(directives.upstreams[0].name, "search");
  EXPECT_EQ(directives.upstreams[0].endpoints[0].address, "10.0.0.2:8080");
  EXPECT_EQ(directives.upstreams[0].endpoints[0].node, "node-1");
  EXPECT_EQ(beat(token, heartbeatOf("demo-ui-1", "ui", directives.generation)).status, 204);

  setPod("demo-search-2", "10.0.0.3", true);
  ASSERT_TRUE(until({"demo-search-1", "demo-search-2"}));
  // A sidecar that says it drains is out at once, before the API server knows anything.
  auto draining = heartbeatOf("demo-search-1", "search");
  draining["draining"] = true;
  ASSERT_THAT(beat(tokenOf("demo-search-1", "demo-search"), draining).status,
              ::testing::AnyOf(200, 204));
  EXPECT_TRUE(until({"demo-search-2", "demo-search-1 ends"}));
}

TEST_F(Heartbeats, OrdersOfPeopleReachTheSidecars) {
  makePod("demo-ui-1", "ui", "10.0.0.1", true);
  makePod("demo-search-1", "search", "10.0.0.2", true);
  makePod("demo-search-2", "search", "10.0.0.3", true);
  const auto ui = tokenOf("demo-ui-1", "demo-ui");
  const auto annotate = [&](const std::string& what, const std::string& text) {
    const auto said = kubectl(kubeconfigPath(), {"annotate", "--overwrite", "-n", ns_, what, text});
    ASSERT_EQ(said.exitCode, 0) << said.output;
  };
  wire::Directives directives;
  const auto until = [&](const std::string& token, const char* component, auto holds) {
    return eventually([&] {
      const auto pod = std::string("demo-") + component + "-1";
      const auto answer = beat(token, heartbeatOf(pod, component, directives.generation));
      if (answer.status == 200) directives = wire::parseDirectives(answer.body).value();
      return directives.generation != 0 && holds();
    });
  };
  const auto orderOf = [&](std::size_t i) { return directives.upstreams.at(0).endpoints[i].order; };
  annotate("pod/demo-search-1", "shopkeeper.dev/traffic=drain");
  annotate("pod/demo-search-2", "shopkeeper.dev/traffic=stop");
  ASSERT_TRUE(until(ui, "ui", [&] {
    return directives.upstreams.at(0).endpoints.size() == 2 &&
           orderOf(0) == wire::EndpointOrder::Drain;
  }));
  EXPECT_EQ(orderOf(1), wire::EndpointOrder::None);
  ASSERT_TRUE(eventually([&] { return condition("OrdersAccepted") == "False InvalidPodOrder"; }));
  EXPECT_THAT(conditionMessage("OrdersAccepted"), ::testing::HasSubstr("must be drain or eject"));

  annotate("guide/demo", R"(shopkeeper.dev/orders={"pin": {"search": "demo-search-2"},
      "weights": {"search": {"1.0.0": 9000, "1.1.0": 1000}},
      "faults": [{"id": "f1", "component": "search", "kind": "Hang", "ttlMs": 8000}]})");
  ASSERT_TRUE(until(ui, "ui", [&] { return directives.upstreams.at(0).pin == "demo-search-2"; }));
  EXPECT_EQ(directives.upstreams.at(0).revisions.size(), 2u) << "all in one generation";
  const auto search = tokenOf("demo-search-1", "demo-search");
  directives = {};
  ASSERT_TRUE(until(search, "search", [&] { return directives.faults.size() == 1; }));
  // The fault ends by itself, though its order stays.
  EXPECT_TRUE(until(search, "search", [&] { return directives.faults.empty(); }));
  annotate("guide/demo", R"(shopkeeper.dev/orders={"pin": {"search": 3}})");
  directives = {};
  EXPECT_TRUE(until(ui, "ui", [&] { return directives.upstreams.at(0).pin.empty(); }))
      << "of wrong orders nothing is applied";
}

TEST_F(Heartbeats, StatusTellsWhatSidecarsMeasuredWithoutAWriteForEachCount) {
  makePod("demo-ui-1", "ui", "10.0.0.1", true);
  makePod("demo-search-1", "search", "10.0.0.2", true);
  makePod("demo-search-2", "search", "10.0.0.3", true, {{"shopkeeper.dev/tier", "standby"}});
  const auto token = tokenOf("demo-ui-1", "demo-ui");
  std::uint64_t beats = 0;
  const auto measured = [&](std::uint64_t perBeat, std::uint64_t onStandby) {
    ++beats;
    auto heartbeat = heartbeatOf("demo-ui-1", "ui");
    heartbeat["revisions"] = json::array(
        {{{"upstream", "search"}, {"version", "1.0.0"}, {"requests", beats * 95 * perBeat}},
         {{"upstream", "search"}, {"version", "1.1.0"}, {"requests", beats * 5 * perBeat}}});
    heartbeat["endpoints"] = json::array({{{"upstream", "search"},
                                           {"address", "10.0.0.2:8080"},
                                           {"healthy", false},
                                           {"reason", "connection refused"},
                                           {"traffic", {{"requests", 7}}}},
                                          {{"upstream", "search"},
                                           {"address", "10.0.0.3:8080"},
                                           {"traffic", {{"requests", beats * onStandby}}}}});
    beat(token, heartbeat);
  };
  const auto search = [&] {
    return guide().value("/status/components/1"_json_pointer, json::object());
  };
  ASSERT_TRUE(eventually([&] {
    measured(1, 100);
    return search().contains("revisions");
  }));
  EXPECT_EQ(
      search().at("revisions"),
      json::parse(R"([{"version": "1.0.0", "percent": 95}, {"version": "1.1.0", "percent": 5}])"));
  EXPECT_EQ(
      search().at("ejected"),
      json::parse(R"([{"pod": "demo-search-1", "reason": "connection refused", "sidecars": 1}])"));
  EXPECT_EQ(search().at("standby").at("trafficPercent"), 100);
  EXPECT_EQ(condition("Degraded"), "True TrafficOnStandby");
  const auto columns = kubectl(kubeconfigPath(), {"get", "guide", "-n", ns_});
  EXPECT_THAT(columns.output, ::testing::HasSubstr("SEARCH"));

  // Two windows and more of growing counts with the same shares: nothing to write.
  const auto since = nowText();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(23);
  while (std::chrono::steady_clock::now() < until) measured(1, 100);
  for (const auto& write : writesSince(since)) {
    EXPECT_THAT(write, ::testing::Not(::testing::HasSubstr("shoppingguides")));
  }
}

TEST_F(Heartbeats, TokensOfOthersAreRefused) {
  makePod("demo-ui-1", "ui", "10.0.0.1", true);
  makePod("demo-search-1", "search", "10.0.0.2", true);
  const auto ui = tokenOf("demo-ui-1", "demo-ui");
  EXPECT_EQ(beat(ui, heartbeatOf("demo-search-1", "search")).status, 403);
  EXPECT_EQ(
      beat(tokenOf("demo-ui-1", "demo-ui", "another-audience"), heartbeatOf("demo-ui-1", "ui"))
          .status,
      401);
  EXPECT_EQ(beat("not.a.token", heartbeatOf("demo-ui-1", "ui")).status, 401);
  EXPECT_EQ(beat(server_->adminToken(), heartbeatOf("demo-ui-1", "ui")).status, 401);
  EXPECT_THAT(beat(ui, heartbeatOf("demo-ui-1", "ui")).status, ::testing::AnyOf(200, 204));
}

TEST_F(Heartbeats, StatusRepeatsWhatASidecarSays) {
  makePod("demo-ui-1", "ui", "10.0.0.1", true);
  auto heartbeat = heartbeatOf("demo-ui-1", "ui");
  heartbeat["serviceHealthy"] = false;
  heartbeat["serviceReason"] = "connection refused";
  beat(tokenOf("demo-ui-1", "demo-ui"), heartbeat);
  ASSERT_TRUE(eventually([&] { return condition("Degraded") == "True PodsFail"; }));
  EXPECT_THAT(conditionMessage("Degraded"), ::testing::HasSubstr("connection refused"));
  // And that it fell silent, ten seconds later.
  EXPECT_TRUE(eventually(
      [&] { return conditionMessage("Degraded").find("does not report") != std::string::npos; }));
}

}  // namespace
}  // namespace shopkeeper::testing
