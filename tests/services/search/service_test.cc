#include "services/search/service.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/http/router.h"
#include "common/testing/manual_clock.h"
#include "services/search/embedded.h"
#include "tests/services/eventually.h"
#include "tests/services/fake_knowledge.h"
#include "tests/services/search/shop.h"

namespace shopkeeper::search {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using shopkeeper::testing::eventually;
using shopkeeper::testing::FakeKnowledge;
using shopkeeper::testing::ManualClock;

// One run of the service on a data directory.
class Running {
 public:
  Running(const std::string& data, FakeKnowledge& knowledge)
      : context_{data, "http://127.0.0.1:1", clock, metrics},
        service_(makeSearchService(context_, knowledge.client(),
                                   {{}, {}, 2, std::chrono::milliseconds(5)})) {
    service_->routes(router_);
    EXPECT_TRUE(service_->start());
  }
  ~Running() { service_->stop(); }

  http::Response get(const std::string& target) const {
    http::Request request;
    request.target = target;
    return router_.handle(request);
  }
  json search(const std::string& parameters) const {
    const http::Response response = get("/v1/search?" + parameters);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body, nullptr, false);
  }
  bool ready() const { return service_->notReadyReason().empty(); }

  ManualClock clock;
  Metrics metrics;

 private:
  const services::Context context_;
  std::unique_ptr<services::Service> service_;
  http::Router router_;
};

class SearchServiceTest : public ::testing::Test {
 protected:
  SearchServiceTest() { knowledge_.setCatalogue(testing::shop("v1")); }
  testing::TemporaryDirectory directory_;
  FakeKnowledge knowledge_;
};

TEST_F(SearchServiceTest, IsReadyWithItsFirstIndexAndFollowsTheCatalogue) {
  Running service(directory_.path(), knowledge_);
  ASSERT_TRUE(eventually([&] { return service.ready(); }));
  EXPECT_EQ(service.search("q=keyboard")["version"], "v1");
  catalog::Snapshot next = testing::shop("v2");
  next.products.push_back(testing::product("zzz-1", "Umbrella", "Tavrin", "Umbrellas", 99));
  knowledge_.setCatalogue(next);
  ASSERT_TRUE(eventually([&] { return service.search("q=umbrella")["version"] == "v2"; }));
  EXPECT_EQ(service.search("q=umbrella")["hits"][0]["id"], "zzz-1");
}

TEST_F(SearchServiceTest, WithoutACatalogueIsNotReadyAndSaysSo) {
  knowledge_.setDown(true);
  Running service(directory_.path(), knowledge_);
  EXPECT_FALSE(service.ready());
  const http::Response response = service.get("/v1/search?q=x");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, ::testing::HasSubstr("waiting for a catalogue"));
}

TEST_F(SearchServiceTest, ARestartAnswersWithoutKnowledgeAndMarksItStale) {
  {
    Running service(directory_.path(), knowledge_);
    ASSERT_TRUE(eventually([&] { return service.ready(); }));
    ASSERT_TRUE(eventually([&] { return service.search("q=laptop")["stale"] == false; }));
  }
  knowledge_.setDown(true);
  Running again(directory_.path(), knowledge_);
  ASSERT_TRUE(again.ready()) << "the index on disk serves at once";
  const json result = again.search("q=A7-310");
  EXPECT_EQ(result["hits"][0]["id"], "lap-1");
  EXPECT_EQ(result["stale"], true);
}

TEST_F(SearchServiceTest, AServedCopyTurnsStaleAfterThirtySeconds) {
  Running service(directory_.path(), knowledge_);
  ASSERT_TRUE(
      eventually([&] { return service.ready() && service.search("q=")["stale"] == false; }));
  knowledge_.setDown(true);
  service.clock.advance(std::chrono::seconds(31));
  EXPECT_EQ(service.search("q=")["stale"], true);
}

TEST_F(SearchServiceTest, ADamagedIndexIsRebuiltFromTheCopyWithoutKnowledge) {
  {
    Running service(directory_.path(), knowledge_);
    ASSERT_TRUE(eventually([&] { return service.ready(); }));
    ASSERT_TRUE(eventually([&] { return fs::exists(directory_.path() + "/catalogue.jsonl.gz"); }));
  }
  for (const auto& entry : fs::directory_iterator(directory_.path() + "/search")) {
    if (entry.path().extension() == ".xapian") fs::resize_file(entry.path(), 5000);
  }
  knowledge_.setDown(true);
  Running again(directory_.path(), knowledge_);
  ASSERT_TRUE(eventually([&] { return again.ready(); }));
  EXPECT_EQ(again.search("q=mechanical+keyboard")["hits"][0]["id"], "key-1");
}

TEST_F(SearchServiceTest, AnIndexDamagedWhileInUseIsRebuilt) {
  // Large enough that not all of it is held in memory by open handles.
  catalog::Snapshot large = testing::shop("large");
  for (int i = 0; i < 1500; ++i) {
    const std::string n = std::to_string(10'000 + i);
    large.products.push_back(testing::product("zz-" + n, "Filler w" + n + " x" + n, "B", "C", 1));
  }
  knowledge_.setCatalogue(large);
  Running service(directory_.path(), knowledge_);
  ASSERT_TRUE(eventually([&] { return service.ready(); }));
  ASSERT_TRUE(eventually([&] { return service.search("q=laptop")["stale"] == false; }));
  for (const auto& entry : fs::directory_iterator(directory_.path() + "/search")) {
    if (entry.path().extension() != ".xapian") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file << std::string(fs::file_size(entry.path()), 'x');
  }
  bool refused = false;
  ASSERT_TRUE(eventually([&] {
    const http::Response response = service.get("/v1/search?q=mechanical+keyboard+lumeqo");
    refused |= response.status == 503;
    return refused && response.status == 200;
  })) << "damage was never noticed, or never healed";
}

TEST_F(SearchServiceTest, RefusesBadParametersWithOneSentence) {
  Running service(directory_.path(), knowledge_);
  ASSERT_TRUE(eventually([&] { return service.ready(); }));
  const http::Response response = service.get("/v1/search?q=x&limit=1000");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(json::parse(response.body)["error"]["message"],
            "parameter limit: expected a whole number from 1 to 100");
}

TEST_F(SearchServiceTest, CountsWhatItAnswers) {
  Running service(directory_.path(), knowledge_);
  ASSERT_TRUE(eventually([&] { return service.ready(); }));
  service.search("q=qqqqqqzzzzzz");
  const std::string metrics = service.metrics.expose();
  EXPECT_THAT(metrics, ::testing::HasSubstr("search_zero_results_total 1"));
  EXPECT_THAT(metrics, ::testing::HasSubstr("search_query_duration_seconds_count 1"));
  EXPECT_THAT(metrics, ::testing::HasSubstr("search_index_products 11"));
}

TEST_F(SearchServiceTest, ServesWhileTheCatalogueChangesUnderLoad) {
  Running service(directory_.path(), knowledge_);
  ASSERT_TRUE(eventually([&] { return service.ready(); }));
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0}, failed{0};
  std::vector<std::jthread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      while (!stop) {
        const http::Response response = service.get("/v1/search?q=tavrin+laptop&brand=Tavrin");
        if (response.status != 200) ++failed;
        ++answered;
      }
    });
  }
  for (int i = 2; i < 8; ++i) {
    const std::string version = "v" + std::to_string(i);
    knowledge_.setCatalogue(testing::shop(version));
    ASSERT_TRUE(eventually([&] { return service.search("q=")["version"] == version; }));
  }
  ASSERT_TRUE(eventually([&] { return answered > 100; }));
  stop = true;
  clients.clear();
  EXPECT_EQ(failed, 0);
}

TEST(SearchOpenApi, IsJsonAndNamesEveryFieldOfAnAnswer) {
  const json api = json::parse(embedded::openapi_json);
  const json& schema = api["components"]["schemas"]["SearchResult"]["properties"];
  for (const char* field :
       {"total", "hits", "facets", "suggestion", "corrected", "version", "stale"}) {
    EXPECT_TRUE(schema.contains(field)) << field;
  }
}

}  // namespace
}  // namespace shopkeeper::search
