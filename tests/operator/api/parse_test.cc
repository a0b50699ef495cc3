#include "operator/api/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "operator/api/validate.h"

namespace shopkeeper::api {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json guideWith(const std::string& spec) {
  json guide = json::parse(R"({"metadata": {"name": "demo", "namespace": "shop", "uid": "u-1",
                                            "generation": 3}})");
  guide["spec"] = json::parse(spec);
  return guide;
}

TEST(ParseGuide, VersionAloneIsAWorkingGuide) {
  const auto guide = parseGuide(guideWith(R"({"version": "1.0.0"})"));
  ASSERT_TRUE(guide) << guide.error().message();
  EXPECT_EQ(guide->name, "demo");
  EXPECT_EQ(guide->ns, "shop");
  EXPECT_EQ(guide->generation, 3);
  EXPECT_FALSE(guide->deleting);
  GuideSpec expected;
  expected.version = "1.0.0";
  expected.of(Component::Knowledge).replicas = 1;
  EXPECT_EQ(guide->spec, expected);
}

TEST(ParseGuide, ReadsEveryField) {
  const auto guide = parseGuide(guideWith(R"({
    "version": "1.4.0-rc.1", "paused": true,
    "image": {"registry": "r.example/s", "pullPolicy": "Never", "pullSecrets": [{"name": "reg"}]},
    "catalog": {"url": "https://shop.example/c.jsonl", "refreshSchedule": "30 3 * * *"},
    "components": {
      "ui": {"replicas": 3, "service": {"type": "NodePort", "port": 8000, "nodePort": 30080,
             "annotations": {"a": "b"}}},
      "search": {"image": "r.example/search:9", "nodeSelector": {"disk": "ssd"},
                 "standby": {"replicas": 1},
                 "probe": {"path": "/healthz?deep=1", "expect": "\"ok\"", "interval": "2s"},
                 "resources": {"requests": {"cpu": 1, "memory": "64Mi"}, "limits": {"cpu": "1500m"}},
                 "tolerations": [{"key": "shop", "operator": "Exists", "effect": "NoExecute",
                                  "tolerationSeconds": 30}]},
      "knowledge": {"store": {"sqlite": {"storage": "5Gi", "storageClass": "fast",
                                         "whenDeleted": "Delete"}}}},
    "traffic": {
      "timeout": "750ms", "sticky": false, "preferLocal": false, "slowStart": "0s",
      "retries": {"budgetPercent": 0, "minPerSecond": 3, "maxTries": 2, "perTryTimeout": "300ms",
                  "retriablePaths": ["/v1/events"]},
      "hedge": {"quantilePercent": 95, "minDelay": "25ms"},
      "outlier": {"connectFailures": 2, "gatewayFailures": 3, "serverErrors": 7,
                  "successRatePercent": 90, "successRateRequests": 50, "window": "30s",
                  "latencyFactor": 6, "latencyMin": "250ms", "latencyRequests": 20,
                  "baseEjection": "2s", "maxEjection": "1m", "minHealthy": 2},
      "circuitBreaker": {"maxInFlight": 64, "maxInFlightPerEndpoint": 16, "adaptive": false},
      "standby": {"overprovisionPercent": 150, "panicPercent": 0, "failback": "30s"},
      "fallback": {"maxBytes": "8Mi", "maxAge": "10m"},
      "mtls": {"mode": "Permissive"}},
    "sidecar": {"image": "r.example/sidecar:2", "resources": {"limits": {"memory": "32Mi"}}},
    "networkPolicy": {"enabled": false, "uiFrom": [{"cidr": "10.0.0.0/8"}],
                      "metricsFrom": [{"namespaceLabels": {"team": "ops"}}]}})"));
  ASSERT_TRUE(guide) << guide.error().message();
  const auto& spec = guide->spec;
  EXPECT_TRUE(spec.paused);
  EXPECT_EQ(spec.imageRegistry, "r.example/s");
  EXPECT_EQ(spec.pullPolicy, "Never");
  EXPECT_EQ(spec.pullSecrets, std::vector<std::string>{"reg"});
  EXPECT_EQ(spec.catalog, (Catalog{"", "", "https://shop.example/c.jsonl", "30 3 * * *"}));
  EXPECT_EQ(spec.of(Component::Ui).replicas, 3);
  EXPECT_EQ(spec.uiService, (UiService{"NodePort", 8000, 30080, {{"a", "b"}}}));
  const auto& search = spec.of(Component::Search);
  EXPECT_EQ(search.image, "r.example/search:9");
  EXPECT_EQ(search.standbyReplicas, 1);
  EXPECT_EQ(search.probe, (ServiceProbe{"/healthz?deep=1", "\"ok\"", 2'000}));
  EXPECT_EQ(spec.of(Component::Dialogue).probe, ServiceProbe());
  EXPECT_EQ(search.resources.requests, (StringMap{{"cpu", "1"}, {"memory", "64Mi"}}));
  EXPECT_EQ(search.nodeSelector, (StringMap{{"disk", "ssd"}}));
  EXPECT_EQ(search.tolerations, (std::vector<Toleration>{{"shop", "Exists", "", "NoExecute", 30}}));
  EXPECT_EQ(spec.sqlite, (SqliteStore{"5Gi", "fast", false, true}));
  wire::TrafficPolicy traffic;
  traffic.timeoutMs = 750;
  traffic.sticky = traffic.preferLocal = false;
  traffic.slowStartMs = 0;
  traffic.retries = {2, 300, 0, 3, {"/v1/events"}};
  traffic.hedge = {95, 25};
  traffic.outlier = {2, 3, 7, 90, 50, 30'000, 6, 250, 20, 2'000, 60'000, 2};
  traffic.isolation = {64, 16, false};
  traffic.tiers = {150, 0, 30'000};
  traffic.fallback = {8 << 20, 600'000};
  EXPECT_EQ(spec.traffic, traffic);
  EXPECT_EQ(spec.mesh, MeshMode::Permissive);
  EXPECT_EQ(spec.sidecarImage, "r.example/sidecar:2");
  EXPECT_FALSE(spec.networkPolicy);
  EXPECT_EQ(spec.uiFrom, (std::vector<NetworkPeer>{{"10.0.0.0/8", {}, {}}}));
  EXPECT_EQ(spec.metricsFrom, (std::vector<NetworkPeer>{{"", {{"team", "ops"}}, {}}}));
}

TEST(ParseGuide, AnExpectedTextIsCountedInBytes) {
  const auto with = [](const std::string& expect) {
    const json spec = {{"version", "1.0.0"},
                       {"components", {{"search", {{"probe", {{"expect", expect}}}}}}}};
    return parseGuide(guideWith(spec.dump().c_str()));
  };
  EXPECT_TRUE(with(std::string(256, 'x')));
  std::string wide;
  for (int i = 0; i < 129; ++i) wide += "\xC3\xA4";
  const auto refused = with(wide);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(),
            "spec.components.search.probe.expect must have at most 256 bytes");
}

struct Wrong {
  const char* spec;
  const char* field;
  const char* remedy;
};

class WrongGuide : public testing::TestWithParam<Wrong> {};

TEST_P(WrongGuide, IsRefusedWithFieldAndRemedy) {
  const auto guide = parseGuide(guideWith(GetParam().spec));
  ASSERT_FALSE(guide);
  EXPECT_EQ(guide.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(guide.error().message(), HasSubstr(GetParam().field));
  EXPECT_THAT(guide.error().message(), HasSubstr(GetParam().remedy));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongGuide,
    testing::Values(
        Wrong{R"({})", "spec.version", "1.4.0"},
        Wrong{R"({"version": "latest"})", "spec.version", "1.4.0"},
        Wrong{R"({"version": 3})", "spec.version", "string"},
        Wrong{R"({"version": "1.0.0", "components": []})", "spec.components", "object"},
        Wrong{R"({"version": "1.0.0", "components": {"ui": {"replicas": -1}}})",
              "spec.components.ui.replicas", "0 to 50"},
        Wrong{R"({"version": "1.0.0", "components": {"ui": {"replicas": 1.5}}})",
              "spec.components.ui.replicas", "whole number"},
        Wrong{R"({"version": "1.0.0", "components": {"search": {"image": "Search"}}})",
              "spec.components.search.image", "lower-case"},
        Wrong{R"({"version": "1.0.0", "components": {"search": {"resources":
                 {"requests": {"memory": "lots"}}}}})",
              "spec.components.search.resources.requests.memory", "512Mi"},
        Wrong{R"({"version": "1.0.0", "components": {"search": {"resources":
                 {"requests": {"cpu": 2}, "limits": {"cpu": "1500m"}}}}})",
              "spec.components.search.resources.requests.cpu", "must not be more"},
        Wrong{R"({"version": "1.0.0", "components": {"ui": {"service": {"type": "Public"}}}})",
              "service.type", "ClusterIP, NodePort or LoadBalancer"},
        Wrong{R"({"version": "1.0.0", "components": {"ui": {"service": {"nodePort": 30000}}}})",
              "service.nodePort", "NodePort"},
        Wrong{R"({"version": "1.0.0", "components": {"knowledge": {"store": {"sqlite":
                 {"ephemeral": true, "storage": "1Gi"}}}}})",
              "sqlite.ephemeral", "contradicts"},
        Wrong{R"({"version": "1.0.0", "components": {"knowledge": {"store": {"sqlite":
                 {"storage": "1Mi"}}}}})",
              "sqlite.storage", "16Mi"},
        Wrong{R"({"version": "1.0.0", "components": {"knowledge": {"store": {"sqlite":
                 {"whenDeleted": "Maybe"}}}}})",
              "sqlite.whenDeleted", "Retain or Delete"},
        Wrong{R"({"version": "1.0.0", "traffic": {"timeout": "soon"}})", "spec.traffic.timeout",
              "2s"},
        Wrong{R"({"version": "1.0.0", "traffic": {"timeout": "2m"}})", "spec.traffic.timeout",
              "60s"},
        Wrong{R"({"version": "1.0.0", "traffic": {"retries": {"budgetPercent": 101}}})",
              "budgetPercent", "0 to 100"},
        Wrong{R"({"version": "1.0.0", "components": {"ui": {"probe": {"path": "readyz"}}}})",
              "spec.components.ui.probe.path", "begins with"},
        Wrong{R"({"version": "1.0.0", "components": {"ui": {"probe": {"path": "/a b"}}}})",
              "spec.components.ui.probe.path", "no spaces"},
        Wrong{R"({"version": "1.0.0", "components": {"search": {"probe": {"interval": "5ms"}}}})",
              "spec.components.search.probe.interval", "between 100ms and 60s"},
        Wrong{R"({"version": "1.0.0", "traffic": {"mtls": {"mode": "On"}}})",
              "spec.traffic.mtls.mode", "Permissive"},
        Wrong{R"({"version": "1.0.0", "traffic": {"timeout": "1s",
                 "retries": {"perTryTimeout": "2s"}}})",
              "spec.traffic.retries.perTryTimeout", "spec.traffic.timeout"},
        Wrong{R"({"version": "1.0.0", "traffic": {"retries": {"retriablePaths": ["v1"]}}})",
              "spec.traffic.retries.retriablePaths[0]", "begins with"},
        Wrong{R"({"version": "1.0.0", "traffic": {"retries": {"retriablePaths": [1]}}})",
              "spec.traffic.retries.retriablePaths[0]", "string"},
        Wrong{R"({"version": "1.0.0", "traffic": {"outlier": {"window": ""}}})",
              "spec.traffic.outlier.window", "1s and 10m"},
        Wrong{R"({"version": "1.0.0", "traffic": {"outlier": {"latencyFactor": 1}}})",
              "spec.traffic.outlier.latencyFactor", "2 to 1000"},
        Wrong{R"({"version": "1.0.0", "traffic": {"outlier": {"baseEjection": "40s"}}})",
              "spec.traffic.outlier.maxEjection", "baseEjection"},
        Wrong{R"({"version": "1.0.0", "traffic": {"circuitBreaker": {"maxInFlight": 8,
                 "maxInFlightPerEndpoint": 9}}})",
              "spec.traffic.circuitBreaker.maxInFlightPerEndpoint", "maxInFlight"},
        Wrong{R"({"version": "1.0.0", "traffic": {"fallback": {"maxBytes": "1Gi"}}})",
              "spec.traffic.fallback.maxBytes", "64Mi"},
        Wrong{R"({"version": "1.0.0", "catalog": {}})", "spec.catalog", "exactly one"},
        Wrong{R"({"version": "1.0.0", "catalog": {"pvc": "a", "configMap": "b"}})", "spec.catalog",
              "exactly one"},
        Wrong{R"({"version": "1.0.0", "catalog": {"url": "ftp://x/y"}})", "spec.catalog.url",
              "https://"},
        Wrong{
            R"({"version": "1.0.0", "catalog": {"configMap": "c", "refreshSchedule": "* * * * *"}})",
            "refreshSchedule", "only with"},
        Wrong{
            R"({"version": "1.0.0", "catalog": {"url": "http://x/", "refreshSchedule": "50-10 * * * *"}})",
            "refreshSchedule", "minute"},
        Wrong{R"({"version": "1.0.0", "image": {"pullPolicy": "Sometimes"}})", "pullPolicy",
              "Never"},
        Wrong{R"({"version": "1.0.0", "networkPolicy": {"uiFrom": [{}]}})",
              "spec.networkPolicy.uiFrom[0]", "cidr"}));

TEST(ParseGuide, RefusesNamesThatChildrenCouldNotCarry) {
  for (const char* name :
       {"1st", "shop.demo", "a123456789b123456789c123456789d1234567890", "-a", ""}) {
    auto guide = guideWith(R"({"version": "1.0.0"})");
    guide["metadata"]["name"] = name;
    const auto parsed = parseGuide(guide);
    ASSERT_FALSE(parsed) << name;
    EXPECT_THAT(parsed.error().message(), HasSubstr("metadata.name"));
  }
}

TEST(ParseGuide, MetadataIsReadFromAGuideThatIsWrong) {
  auto object = guideWith(R"({"version": 7})");
  object["metadata"]["deletionTimestamp"] = "2026-11-23T18:33:07Z";
  const auto guide = parseGuideMetadata(object);
  EXPECT_EQ(guide.uid, "u-1");
  EXPECT_TRUE(guide.deleting);
}

TEST(ImageReference, Table) {
  for (const char* good : {"shopkeeper/ui:1.0.0", "localhost:5000/a/b_c:v1",
                           "a@sha256:"
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}) {
    EXPECT_TRUE(isImageReference(good)) << good;
  }
  for (const char* bad :
       {"", "ui", "UI:1", "a:", "/a:1", "a:1:2:3", "a b:1", "a@sha256:12", "http://a/b:1"}) {
    EXPECT_FALSE(isImageReference(bad)) << bad;
  }
}

TEST(ParseDuration, Table) {
  EXPECT_EQ(parseDuration("250ms").value(), std::chrono::milliseconds(250));
  EXPECT_EQ(parseDuration("5s").value(), std::chrono::seconds(5));
  EXPECT_EQ(parseDuration("1m").value(), std::chrono::minutes(1));
  for (const char* bad : {"", "5", "s", "-1s", "0s", "1h", "1.5s", "5 s", "99999999s"}) {
    EXPECT_FALSE(parseDuration(bad)) << bad;
  }
}

}  // namespace
}  // namespace shopkeeper::api
