#include "operator/control/control_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/testing/manual_clock.h"

namespace shopkeeper::control {
namespace {

using nlohmann::json;

class OnePodReviewer final : public TokenReviewer {
 public:
  Result<PodIdentity> review(const std::string& token) override {
    if (token == "down") return Error(ErrorCode::Timeout, "no answer");
    if (token != "good") return Error(ErrorCode::Unauthenticated, "not valid", false);
    return PodIdentity{"shop", "demo-search", "demo-search-1", "u"};
  }
};

struct ControlApiTest : ::testing::Test {
  shopkeeper::testing::ManualClock clock;
  OnePodReviewer reviewer;
  HeartbeatRegistry heartbeats{{}, clock};
  TrafficLedger traffic{{}, clock};
  DirectivesBook book;
  Metrics metrics;
  bool leads = true;
  std::vector<kube::ObjectKey> changed;
  ControlApi api{{.tokens = reviewer,
                  .heartbeats = heartbeats,
                  .traffic = traffic,
                  .book = book,
                  .leading = [this] { return leads; },
                  .leaderAddress = [] { return std::string("10.0.0.9:8443"); },
                  .changed = [this](const kube::ObjectKey& guide) { changed.push_back(guide); },
                  .metrics = metrics}};

  http::Response send(const std::string& authorization, json edits = json::object()) {
    json body = {{"guide", "demo"},
                 {"namespace", "shop"},
                 {"component", "search"},
                 {"pod", "demo-search-1"},
                 {"serviceHealthy", true}};
    body.update(edits);
    http::Request request{"POST", "/v1/heartbeat", {}, body.dump(), ""};
    if (!authorization.empty()) request.headers.add("Authorization", authorization);
    return api.heartbeat(request);
  }
};

TEST_F(ControlApiTest, GivesDirectivesOnceAndThenNothing) {
  book.lead(1);
  EXPECT_EQ(send("Bearer good").status, 204) << "no plan yet";
  book.update({"shop", "demo"}, {});
  const auto response = send("Bearer good");
  ASSERT_EQ(response.status, 200);
  const auto directives = wire::parseDirectives(response.body);
  ASSERT_TRUE(directives);
  ASSERT_EQ(directives->upstreams.size(), 1u);
  EXPECT_EQ(directives->upstreams[0].name, "knowledge");
  EXPECT_EQ(send("bearer good", {{"appliedGeneration", directives->generation}}).status, 204);
  EXPECT_TRUE(heartbeats.report("shop", "demo-search-1")->serviceHealthy);
}

TEST_F(ControlApiTest, SendsSidecarsToTheLeader) {
  leads = false;
  const auto response = send("Bearer good");
  EXPECT_EQ(response.status, 421);
  EXPECT_EQ(json::parse(response.body), (json{{"leader", "10.0.0.9:8443"}}));
  EXPECT_EQ(heartbeats.size(), 0u);
}

TEST_F(ControlApiTest, RefusesWhoeverIsNotThatPod) {
  EXPECT_EQ(send("").status, 401);
  EXPECT_EQ(send("Basic good").status, 401);
  EXPECT_EQ(send("Bearer bad").status, 401);
  EXPECT_EQ(send("Bearer down").status, 503);
  EXPECT_EQ(send("Bearer good", {{"pod", "demo-search-2"}}).status, 403);
  EXPECT_EQ(send("Bearer good", {{"namespace", "other"}}).status, 403);
  EXPECT_EQ(send("Bearer good", {{"guide", "other"}}).status, 403);
  EXPECT_EQ(send("Bearer good", {{"component", "ui"}}).status, 403);
  EXPECT_EQ(send("Bearer good", {{"component", "nothing"}}).status, 403);
  EXPECT_EQ(send("Bearer good", {{"guide", 7}}).status, 400);
  EXPECT_EQ(heartbeats.size(), 0u);
}

TEST_F(ControlApiTest, TellsOfChangesOnly) {
  send("Bearer good");
  send("Bearer good");
  EXPECT_EQ(changed.size(), 1u);
  send("Bearer good", {{"serviceHealthy", false}});
  EXPECT_EQ(changed.size(), 2u);
}

TEST_F(ControlApiTest, CountsAnswers) {
  send("Bearer good");
  send("Bearer bad");
  EXPECT_THAT(metrics.expose(),
              ::testing::HasSubstr("shopkeeper_heartbeats_total{code=\"401\"} 1"));
}

}  // namespace
}  // namespace shopkeeper::control
