// The API end to end: the real server, client, store and follower on loopback.
#include "services/knowledge/api.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/http/client.h"
#include "common/http/server.h"
#include "services/catalog/follower.h"
#include "services/knowledge/sqlite.h"
#include "tests/services/catalog/gzip.h"
#include "tests/services/eventually.h"
#include "tests/services/knowledge/fixture.h"

namespace shopkeeper::knowledge {
namespace {

using nlohmann::json;
using shopkeeper::testing::eventually;
using testing::OpenStore;
using testing::productLines;

class ApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    api_ = std::make_unique<Api>(*open_.store, *open_.importer, open_.clock);
    api_->addRoutes(router_);
    http::ServerOptions options;
    options.workers = Api::kWorkers;
    options.maxBodyBytes = 64u << 20;
    auto server = http::Server::start(options, router_.handler());
    ASSERT_TRUE(server) << server.error().message();
    server_ = std::move(*server);
    auto client = http::makeCpprestClient("http://127.0.0.1:" + std::to_string(server_->port()));
    ASSERT_TRUE(client) << client.error().message();
    client_ = std::move(*client);
  }
  void TearDown() override { server_.reset(); }

  http::Response call(const std::string& method, const std::string& target,
                      const std::string& body = "") {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    http::CallOptions options;
    options.timeout = std::chrono::seconds(60);
    auto response = client_->send(request, options);
    EXPECT_TRUE(response) << response.error().message();
    return response ? *response : http::Response{0, {}, ""};
  }
  http::Response get(const std::string& target) { return call("GET", target); }
  http::Response post(const std::string& target, const std::string& body) {
    return call("POST", target, body);
  }
  json getJson(const std::string& target) { return json::parse(get(target).body); }

  OpenStore open_;
  http::Router router_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::HttpClient> client_;
};

TEST_F(ApiTest, ImportsAndServesACatalogue) {
  const auto imported = post("/admin/v1/catalog", catalog::testing::gzip(productLines(3, "t")));
  ASSERT_EQ(imported.status, 200) << imported.body;
  const json counts = json::parse(imported.body);
  EXPECT_EQ(counts["products"], 3);
  const json state = getJson("/v1/catalog");
  EXPECT_EQ(state["version"], counts["version"]);
  EXPECT_EQ(state["products"], 3);
  EXPECT_TRUE(state["importedAt"].is_string());
  const json page = getJson("/v1/products?limit=2");
  EXPECT_EQ(page["next"], "p-100001");
  EXPECT_EQ(getJson("/v1/products?limit=2&after=p-100001")["items"].size(), 1u);
  EXPECT_EQ(getJson("/v1/products/p-100002")["title"], "t");
  EXPECT_EQ(get("/v1/products/none").status, 404);
  EXPECT_EQ(get("/v1/products?version=old").status, 410);
}

TEST_F(ApiTest, AForeignCatalogueIsMapped) {
  const std::string map = http::percentEncode(
      R"({"title":"name","price":{"field":"price","scale":0.01},"attributes":"attr_*"})");
  const auto imported = post("/admin/v1/catalog?mode=merge&map=" + map,
                             R"([{"id":1,"name":"N","price":250,"attr_x":"y"}])");
  ASSERT_EQ(imported.status, 200) << imported.body;
  const json product = getJson("/v1/products/1");
  EXPECT_EQ(product["price"], 2.5);
  EXPECT_EQ(product["attributes"], (json{{"x", "y"}}));
}

TEST_F(ApiTest, ABadCatalogueIsAnsweredWithItsRows) {
  ASSERT_EQ(post("/admin/v1/catalog", productLines(2, "old")).status, 200);
  const auto refused = post("/admin/v1/catalog", "id,title,price\np1,One,1\np2,,2\np3,Three,x\n");
  ASSERT_EQ(refused.status, 400);
  const json body = json::parse(refused.body);
  ASSERT_EQ(body["rows"].size(), 2u);
  EXPECT_EQ(body["rows"][0]["row"], 3);
  EXPECT_EQ(body["rows"][1]["row"], 4);
  EXPECT_NE(body["error"]["message"].get<std::string>().find("nothing was loaded"),
            std::string::npos);
  EXPECT_EQ(getJson("/v1/catalog")["products"], 2);
}

TEST_F(ApiTest, BadRequestsAreAnsweredWithASentence) {
  const std::string event =
      R"({"id":"e","type":"view","user":"u","product":"p","at":"2026-07-01T00:00:00Z"})";
  struct Case {
    const char* method;
    std::string target, body;
    int status;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"GET", "/v1/products?limit=0", "", 400, "\\\"limit\\\" must be a whole number from 1"},
      {"GET", "/v1/products?limit=1001", "", 400, "to 1000"},
      {"GET", "/v1/products?limit=x", "", 400, "limit"},
      {"GET", "/v1/products?after=" + std::string(301, 'x'), "", 400, "at most 300 bytes"},
      {"GET", "/v1/events?after=-1", "", 400, "after"},
      {"GET", "/v1/events?after=18446744073709551616", "", 400, "after"},
      {"GET", "/v1/events?after=5", "", 410, "restored"},
      {"GET", "/v1/sessions/none", "", 404, "not known"},
      {"POST", "/v1/events", "", 400, "not a JSON object"},
      {"POST", "/v1/events", "[]", 400, "not a JSON object"},
      {"POST", "/v1/events", "{}", 400, "list of 1 to 1000"},
      {"POST", "/v1/events", R"({"events":[]})", 400, "list of 1 to 1000"},
      {"POST", "/v1/events", "{\"events\":[" + event + ",{}]}", 400, "events[1]: field"},
      {"POST", "/v1/events", std::string((1u << 20) + 1, ' '), 413, "at most 1048576 bytes"},
      {"POST", "/v1/sessions/s/turns", R"({"turns":[{"role":"bot","text":"x"}]})", 400,
       "user or assistant"},
      {"POST", "/v1/sessions/a%2Fb/turns", R"({"turns":[{"role":"user","text":"x"}]})", 400,
       "session"},
      {"POST", "/admin/v1/catalog", "", 400, "the body must be a catalogue"},
      {"POST", "/admin/v1/catalog?mode=append", "x", 400, "replace or merge"},
      {"POST", "/admin/v1/catalog?map=%5B", "x", 400, "not a JSON object"},
      {"DELETE", "/v1/catalog", "", 405, "GET"},
      {"GET", "/v1/nothing", "", 404, "no such path"}};
  for (const Case& bad : cases) {
    const auto response = call(bad.method, bad.target, bad.body);
    EXPECT_EQ(response.status, bad.status) << bad.target << " " << response.body;
    EXPECT_NE(response.body.find(bad.says), std::string::npos) << response.body;
    EXPECT_TRUE(json::parse(response.body)["error"]["message"].is_string());
  }
  EXPECT_EQ(getJson("/v1/catalog")["events"], 0) << "part of a refused batch was stored";
}

TEST_F(ApiTest, EventsAndSessionsAreStored) {
  const auto stored = post("/v1/events",
                           R"({"events":[{"id":"e1","type":"view","user":"u","product":"p"},
                              {"id":"e1","type":"view","user":"u","product":"p"}]})");
  ASSERT_EQ(stored.status, 202) << stored.body;
  EXPECT_EQ(json::parse(stored.body)["accepted"], 2);
  const json page = getJson("/v1/events");
  ASSERT_EQ(page["items"].size(), 1u);
  EXPECT_EQ(page["items"][0]["at"], toRfc3339(open_.clock.wallNow()));
  ASSERT_EQ(post("/v1/sessions/s1/turns", R"({"turns":[{"role":"user","text":"你好"}]})").status,
            202);
  EXPECT_EQ(getJson("/v1/sessions/s1")["turns"][0]["text"], "你好");
}

TEST_F(ApiTest, WritesThatWaitNeverBlockReaders) {
  auto blocked = Database::open(open_.directory.path() + "/knowledge.db", Database::Mode::ReadWrite,
                                std::chrono::milliseconds(0));
  ASSERT_TRUE(blocked);
  ASSERT_TRUE((*blocked)->script("BEGIN IMMEDIATE"));
  std::vector<std::thread> writers;
  std::atomic<int> busy{0}, stored{0};
  for (int i = 0; i < 3 * Api::kMaxWaitingWrites; ++i) {
    writers.emplace_back([&, i] {
      const auto response =
          post("/v1/events", "{\"events\":[{\"id\":\"w" + std::to_string(i) +
                                 R"(","type":"view","user":"u","product":"p"}]})");
      if (response.status == 429) ++busy;
      if (response.status == 202) ++stored;
    });
  }
  EXPECT_TRUE(eventually([&] { return busy >= 2 * Api::kMaxWaitingWrites; }));
  EXPECT_EQ(get("/v1/catalog").status, 200);
  EXPECT_EQ(stored, 0);
  ASSERT_TRUE((*blocked)->script("ROLLBACK"));
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(stored + busy, 3 * Api::kMaxWaitingWrites);
  EXPECT_EQ(getJson("/v1/catalog")["events"], stored.load());
}

TEST_F(ApiTest, AFollowerKeepsUpWithImports) {
  ASSERT_EQ(post("/admin/v1/catalog", productLines(1'200, "one")).status, 200);
  shopkeeper::testing::TemporaryDirectory copy;
  catalog::FollowerOptions options;
  options.dataDir = copy.path();
  options.interval = std::chrono::milliseconds(10);
  Metrics metrics;
  const auto follower =
      catalog::Follower::create(options, *client_, systemClock(), metrics, nullptr);
  follower->start();
  for (int round = 0; round < 5; ++round) {
    const std::string title = "round " + std::to_string(round);
    ASSERT_EQ(post("/admin/v1/catalog", productLines(1'201 + round, title)).status, 200);
    ASSERT_TRUE(eventually([&] {
      const auto now = follower->current();
      return now != nullptr && now->products.size() == 1'201u + round;
    }));
    const auto snapshot = follower->current();
    for (const auto& product : snapshot->products) ASSERT_EQ(product.title, title);
  }
  EXPECT_FALSE(follower->stale());
}

}  // namespace
}  // namespace shopkeeper::knowledge
