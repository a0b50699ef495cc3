#include <gtest/gtest.h>

#include "common/wire/directives.h"
#include "common/wire/heartbeat.h"

namespace shopkeeper::wire {
namespace {

Heartbeat sampleHeartbeat() {
  Heartbeat heartbeat;
  heartbeat.guide = "demo";
  heartbeat.nameSpace = "shop";
  heartbeat.component = "ui";
  heartbeat.pod = "demo-ui-abc";
  heartbeat.node = "node1";
  heartbeat.version = "1.4.0";
  heartbeat.sequence = 7;
  heartbeat.appliedGeneration = (3ull << 32) + 12;
  heartbeat.serviceReason = "starting \"up\"";
  heartbeat.draining = true;
  heartbeat.ingress = {100, 2, 3, 4, 1.5, 20.25};
  heartbeat.endpoints = {{"search", "10.0.0.1:8080", false, "connect refused", {9, 9, 0, 1, 0, 0}}};
  heartbeat.revisions = {{"search", "1.4.0", 950, 1}, {"search", "1.5.0", 50, 2}};
  heartbeat.mirrors = {{"search", "1.5.0", 10, 7, 2, 1}};
  heartbeat.faults = {"drill-1"};
  return heartbeat;
}

Directives sampleDirectives() {
  Directives directives;
  directives.guide = "demo";
  directives.nameSpace = "shop";
  directives.generation = (5ull << 32) + 1;
  Endpoint primary{"demo-search-1", "10.0.0.1:8080", "node1", "zone-a",           "1.4.0",
                   Tier::Primary,   9'500,           false,   EndpointOrder::None};
  Endpoint standby{
      "demo-search-2",     "10.0.0.2:8080", "node2", "zone-b", "1.3.0", Tier::Standby, 500, true,
      EndpointOrder::Drain};
  Upstream search, knowledge;
  search.name = "search";
  search.endpoints = {primary, standby};
  knowledge.name = "knowledge";
  search.revisions = {{"1.4.0", 9'900}, {"1.3.0", 100}};
  search.pin = "demo-search-1";
  search.mirrors = {{"1.5.0", 20, false}};
  search.policy.timeoutMs = 2'000;
  search.policy.priority = Priority::Critical;
  search.policy.retries.budgetPercent = 10;
  search.policy.retries.retriablePaths = {"/v1/chat"};
  search.policy.outlier.latencyFactor = 0;
  search.policy.isolation.adaptive = false;
  search.policy.fallback.maxBytes = 1 << 20;
  directives.upstreams = {search, knowledge};
  directives.faults = {{"drill-1", "search", "demo-search-2", FaultKind::Hang, 50, 10, 500, 1'000}};
  return directives;
}

TEST(Heartbeat, SurvivesTheWire) {
  const auto read = parseHeartbeat(toJson(sampleHeartbeat()));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, sampleHeartbeat());
}

TEST(Directives, SurviveTheWire) {
  const auto read = parseDirectives(toJson(sampleDirectives()));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, sampleDirectives());
}

TEST(Directives, FieldsOfALaterVersionAreIgnored) {
  const auto read = parseDirectives(
      R"({"guide":"d","namespace":"n","generation":1,"mirror":{},
          "upstreams":[{"name":"search","hedge":true,"endpoints":[{"address":"1.2.3.4:1","x":1}]}]})");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->upstreams[0].endpoints[0].address, "1.2.3.4:1");
}

struct Bad {
  const char* text;
  const char* says;
};

TEST(Directives, ErrorsNameTheField) {
  const Bad table[] = {
      {"", "the directives is not a JSON object"},
      {"[1]", "the directives is not a JSON object"},
      {R"({"namespace":"n"})", R"("guide" must be present)"},
      {R"({"guide":1,"namespace":"n"})", R"("guide" must be a string)"},
      {R"({"guide":"d","namespace":"n","generation":-1})",
       R"("generation" must be a whole number)"},
      {R"({"guide":"d","namespace":"n","upstreams":{}})", R"("upstreams" must be a list)"},
      {R"({"guide":"d","namespace":"n","upstreams":[3]})", R"("upstreams[0]" must be an object)"},
      {R"({"guide":"d","namespace":"n","upstreams":[{"name":"s","policy":{"timeoutMs":0}}]})",
       R"("upstreams[0].policy.timeoutMs" must be 1 to 3600000)"},
      {R"({"guide":"d","namespace":"n","upstreams":[{"name":"s","policy":{"outlier":{"minHealthy":"x"}}}]})",
       R"("upstreams[0].policy.outlier.minHealthy" must be a whole number)"},
      {R"({"guide":"d","namespace":"n","upstreams":[{"name":"s","policy":{"priority":"High"}}]})",
       R"("upstreams[0].policy.priority" must be Critical, Normal or Sheddable)"},
      {R"({"guide":"d","namespace":"n","upstreams":[{"name":"s","revisions":[{"version":"1","weight":9}]}]})",
       R"("upstreams[0].revisions" must be weights that add up to 10000)"},
      {R"({"guide":"d","namespace":"n","faults":[{"id":"a","component":"s","ttlMs":600001}]})",
       R"("faults[0].ttlMs" must be 1 to 600000)"},
      {R"({"guide":"d","namespace":"n","upstreams":[{"name":"s","endpoints":[{"address":"a","weight":10001}]}]})",
       R"("upstreams[0].endpoints[0].weight" must be 0 to 10000)"},
      {R"({"guide":"d","namespace":"n","upstreams":[{"name":"s","endpoints":[{"address":"a","tier":"Third"}]}]})",
       R"("upstreams[0].endpoints[0].tier" must be Primary or Standby)"},
  };
  for (const Bad& bad : table) {
    const auto read = parseDirectives(bad.text);
    ASSERT_FALSE(read) << bad.text;
    EXPECT_EQ(read.error().code(), ErrorCode::InvalidArgument);
    EXPECT_NE(read.error().message().find(bad.says), std::string::npos) << read.error().message();
  }
}

TEST(Heartbeat, ErrorsNameTheField) {
  const Bad table[] = {
      {R"({"guide":"d"})", R"("namespace" must be present)"},
      {R"({"guide":"d","namespace":"n","component":"ui","pod":"p","draining":"no"})",
       R"("draining" must be true or false)"},
      {R"({"guide":"d","namespace":"n","component":"ui","pod":"p","ingress":[]})",
       R"("ingress" must be an object)"},
      {R"({"guide":"d","namespace":"n","component":"ui","pod":"p","endpoints":[{"upstream":"s"}]})",
       R"("endpoints[0].address" must be present)"},
  };
  for (const Bad& bad : table) {
    const auto read = parseHeartbeat(bad.text);
    ASSERT_FALSE(read) << bad.text;
    EXPECT_NE(read.error().message().find(bad.says), std::string::npos) << read.error().message();
  }
}

}  // namespace
}  // namespace shopkeeper::wire
