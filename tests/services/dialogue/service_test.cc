#include "services/dialogue/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/manual_clock.h"
#include "tests/services/dialogue/shop.h"
#include "tests/services/eventually.h"
#include "tests/services/guide_double.h"
#include "tests/services/temporary_directory.h"

namespace shopkeeper::dialogue {
namespace {

using nlohmann::json;
using testing::eventually;
using ::testing::HasSubstr;

class DialogueService : public ::testing::Test {
 protected:
  void start() {
    service_ = makeService(context_, {guide_.client("knowledge"), guide_.client("search")}).value();
    service_->routes(router_);
    ASSERT_TRUE(service_->start().has_value());
  }
  void TearDown() override {
    if (service_) service_->stop();
  }
  http::Response chat(const json& body) {
    http::Request request;
    request.method = "POST";
    request.target = "/v1/chat";
    request.body = body.dump();
    return router_.handle(request);
  }

  testing::TemporaryDirectory directory_;
  testing::ManualClock clock_;
  Metrics metrics_;
  services::Context context_{directory_.path(), "", clock_, metrics_};
  testing::GuideDouble guide_{testing::shop()};
  http::Router router_;
  std::unique_ptr<services::Service> service_;
};

TEST_F(DialogueService, NotReadyWithoutACatalogue) {
  guide_.setDown("knowledge", true);
  start();
  EXPECT_THAT(service_->notReadyReason(), HasSubstr("catalogue"));
  EXPECT_EQ(chat({{"message", "hi"}}).status, 503);
}

TEST_F(DialogueService, AnswersAndStoresTheTurns) {
  guide_.set("knowledge POST /v1/sessions/s1/turns", 200, "{}");
  start();
  ASSERT_TRUE(eventually([&] { return service_->notReadyReason().empty(); }));
  const auto response = chat({{"session", "s1"}, {"message", "how heavy is the AirBook 14?"}});
  ASSERT_EQ(response.status, 200);
  const json body = json::parse(response.body);
  EXPECT_TRUE(body["known"]);
  EXPECT_EQ(body["sources"][0]["id"], "lap-1");
  EXPECT_FALSE(body["stale"]);
  ASSERT_TRUE(
      eventually([&] { return !guide_.bodies("knowledge POST /v1/sessions/s1/turns").empty(); }));
  const json turns = json::parse(guide_.bodies("knowledge POST /v1/sessions/s1/turns")[0]);
  EXPECT_EQ(turns["turns"].size(), 2u);
  EXPECT_EQ(turns["turns"][0]["role"], "user");
}

TEST_F(DialogueService, GoesOnWithoutKnowledgeAndSaysStale) {
  start();
  ASSERT_TRUE(eventually([&] { return service_->notReadyReason().empty(); }));
  guide_.setDown("knowledge", true);
  EXPECT_EQ(chat({{"session", "s1"}, {"message", "how heavy is the AirBook 14?"}}).status, 200);
  clock_.advance(std::chrono::minutes(5));
  const json body = json::parse(chat({{"session", "s1"}, {"message", "and in red?"}}).body);
  EXPECT_THAT(body["reply"].get<std::string>(), HasSubstr("white"));
  EXPECT_TRUE(body["stale"]);
}

TEST_F(DialogueService, AnotherReplicasConversationIsReadBack) {
  guide_.set("knowledge GET /v1/sessions/s2", 200,
             R"({"turns":[{"role":"user","text":"how heavy is the Murmur 5","at":"x"},
                 {"role":"assistant","text":"Zephandra Murmur 5 Headphones\nWeight: 250 g.","at":"x"}]})");
  start();
  ASSERT_TRUE(eventually([&] { return service_->notReadyReason().empty(); }));
  const json body =
      json::parse(chat({{"session", "s2"}, {"message", "how much does it cost?"}}).body);
  EXPECT_THAT(body["reply"].get<std::string>(), HasSubstr("¥499"));
}

TEST_F(DialogueService, SearchIsAskedForRecommendations) {
  guide_.set("search GET /v1/search", 200, R"({"hits":[{"id":"lap-3"}],"stale":true})");
  start();
  ASSERT_TRUE(eventually([&] { return service_->notReadyReason().empty(); }));
  const json body = json::parse(chat({{"message", "recommend a laptop under 2000"}}).body);
  EXPECT_EQ(body["products"], json::array({"lap-3"}));
  EXPECT_TRUE(body["stale"]) << "search said that its hits are stale";
  bool filtered = false;
  for (const auto& line : guide_.seen())
    filtered |= line.find("max_price=2000") != std::string::npos;
  EXPECT_TRUE(filtered);
}

TEST_F(DialogueService, BadInputIsRefusedWithASentence) {
  start();
  ASSERT_TRUE(eventually([&] { return service_->notReadyReason().empty(); }));
  const auto response = chat({{"message", ""}});
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("must not be empty"));
}

}  // namespace
}  // namespace shopkeeper::dialogue
