#include "services/recommendation/service.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "common/http/router.h"
#include "common/testing/manual_clock.h"
#include "services/recommendation/embedded.h"
#include "tests/services/eventually.h"
#include "tests/services/fake_knowledge.h"
#include "tests/services/recommendation/shoppers.h"
#include "tests/services/temporary_directory.h"

namespace shopkeeper::recommendation {
namespace {

using nlohmann::json;
using shopkeeper::testing::eventually;
using shopkeeper::testing::FakeKnowledge;
using testing::EventType;
using testing::session;
using testing::shop;

class Running {
 public:
  Running(const std::string& data, FakeKnowledge& knowledge)
      : context_{data, "http://127.0.0.1:1", clock, metrics},
        service_(makeRecommendationService(
            context_, knowledge.client(),
            {std::chrono::milliseconds(5), std::chrono::milliseconds(5), {}, {}})) {
    service_->routes(router_);
    EXPECT_TRUE(service_->start());
  }
  ~Running() { service_->stop(); }
  http::Response get(const std::string& target) const {
    http::Request request;
    request.target = target;
    return router_.handle(request);
  }
  json ask(const std::string& parameters) const {
    return json::parse(get("/v1/recommendations?" + parameters).body, nullptr, false);
  }
  bool ready() const { return service_->notReadyReason().empty(); }

  shopkeeper::testing::ManualClock clock;
  Metrics metrics;

 private:
  const services::Context context_;
  std::unique_ptr<services::Service> service_;
  http::Router router_;
};

class RecommendationServiceTest : public ::testing::Test {
 protected:
  RecommendationServiceTest() { knowledge_.setCatalogue(*shop()); }
  shopkeeper::testing::TemporaryDirectory directory_;
  FakeKnowledge knowledge_;
};

TEST_F(RecommendationServiceTest, IsReadyWithACatalogueAndNoEvents) {
  Running service(directory_.path(), knowledge_);
  ASSERT_TRUE(eventually([&] { return service.ready(); }));
  const json answer = service.ask("product=lap-1&limit=3");
  EXPECT_EQ(answer["items"].size(), 3u);
  EXPECT_EQ(answer["items"][0]["id"], "bag-3");
  EXPECT_EQ(answer["items"][0]["reason"], "related");
  EXPECT_EQ(answer["version"], "v1");
}

TEST_F(RecommendationServiceTest, ARestartAnswersWithoutKnowledge) {
  for (int i = 0; i < 9; ++i) {
    knowledge_.addEvents(
        session(EventType::Purchase, "u-" + std::to_string(i), {"lap-2", "mou-2"}));
  }
  {
    Running service(directory_.path(), knowledge_);
    ASSERT_TRUE(eventually([&] {
      return service.ready() && service.ask("product=lap-2")["items"][0]["id"] == "mou-2";
    }));
    ASSERT_TRUE(eventually([&] { return service.ask("product=lap-2")["stale"] == false; }));
  }
  knowledge_.setDown(true);
  Running again(directory_.path(), knowledge_);
  ASSERT_TRUE(eventually(
      [&] { return again.ready() && again.ask("product=lap-2")["items"][0]["id"] == "mou-2"; }));
  EXPECT_EQ(again.ask("product=lap-2")["stale"], true);
  EXPECT_EQ(again.ask("product=lap-2")["items"][0]["reason"], "bought-together");
}

TEST_F(RecommendationServiceTest, WithoutACatalogueIsNotReady) {
  knowledge_.setDown(true);
  Running service(directory_.path(), knowledge_);
  EXPECT_FALSE(service.ready());
  EXPECT_EQ(service.get("/v1/recommendations").status, 503);
}

TEST_F(RecommendationServiceTest, RefusesBadParametersWithOneSentence) {
  Running service(directory_.path(), knowledge_);
  ASSERT_TRUE(eventually([&] { return service.ready(); }));
  for (const char* query :
       {"limit=0", "limit=51", "limit=x", "limit=-1", "limit=1.5", "limit=99999999999999999999"}) {
    const http::Response response = service.get(std::string("/v1/recommendations?") + query);
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_THAT(response.body, ::testing::HasSubstr("parameter limit: expected a whole number"));
  }
  EXPECT_EQ(service.get("/v1/recommendations?user=" + std::string(201, 'u')).status, 400);
  EXPECT_EQ(service.get("/v1/recommendations?product=" + std::string(201, 'p')).status, 400);
  EXPECT_EQ(service.get("/v1/recommendations?user=%FF%FE&product=%00").status, 200);
}

TEST(RecommendationOpenApi, NamesEveryReason) {
  const json api = json::parse(embedded::openapi_json);
  const json& reasons = api["components"]["schemas"]["Recommendations"]["properties"]["items"]
                           ["items"]["properties"]["reason"]["enum"];
  for (const Reason reason : {Reason::BoughtTogether, Reason::ViewedTogether, Reason::Related,
                              Reason::SameCategory, Reason::Popular, Reason::ForYou}) {
    EXPECT_THAT(reasons, ::testing::Contains(std::string(toString(reason))));
  }
}

}  // namespace
}  // namespace shopkeeper::recommendation
