#include "operator/api/status.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace shopkeeper::api {
namespace {

TEST(GuideStatus, SurvivesTheRoundTrip) {
  GuideStatus status;
  status.observedGeneration = 7;
  status.version = "1.4.0";
  status.url = "http://demo-ui.shop.svc";
  status.components = {{"search",
                        2,
                        1,
                        2,
                        1,
                        1,
                        40,
                        "1.4.0",
                        "1 pod is not ready",
                        {{"1.4.0", 95}, {"1.5.0", 5}},
                        {{"demo-search-1", "refused", 3}}}};
  status.conditions = {
      {"Ready", "False", "ComponentsNotReady", "search 1/2", 7, "2026-11-23T18:33:07Z"}};
  EXPECT_EQ(parseStatus({{"status", toJson(status)}}), status);
  EXPECT_EQ(toJson(status)["components"][0]["pods"], "1/2");
  ASSERT_NE(status.condition("Ready"), nullptr);
  EXPECT_EQ(status.condition("Nothing"), nullptr);
}

// Else it would be written anew at each reconcile.
TEST(GuideStatus, TrafficOfStandbysThatAreNotWantedAnyMoreSurvivesTheRoundTrip) {
  GuideStatus status;
  status.components.emplace_back();
  status.components[0].name = "search";
  status.components[0].standbyPercent = 5;
  EXPECT_EQ(parseStatus({{"status", toJson(status)}}), status);
}

TEST(GuideStatus, ReadsNothingFromNothing) {
  EXPECT_EQ(parseStatus(nlohmann::json::object()), GuideStatus());
  EXPECT_EQ(parseStatus(nlohmann::json::parse(R"({"status": {"components": 3}})")), GuideStatus());
}

}  // namespace
}  // namespace shopkeeper::api
