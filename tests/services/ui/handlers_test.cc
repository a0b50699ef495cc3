// The whole service over doubles of the other four: every step of the fallback chain.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/manual_clock.h"
#include "services/runtime/request_context.h"
#include "services/ui/service.h"
#include "tests/services/eventually.h"
#include "tests/services/guide_double.h"
#include "tests/services/temporary_directory.h"
#include "tests/services/ui/shop.h"

namespace shopkeeper::ui {
namespace {

using nlohmann::json;
using testing::eventually;
using ::testing::HasSubstr;
using ::testing::Not;

class UiService : public ::testing::Test {
 protected:
  void start(bool withCatalogue = true) {
    if (!withCatalogue) guide_.setDown("knowledge", true);
    service_ = makeService(context_, systemRandom(),
                           {guide_.client("search"), guide_.client("recommendation"),
                            guide_.client("knowledge"), guide_.client("dialogue")});
    service_->routes(router_);
    ASSERT_TRUE(service_->start().has_value());
    if (withCatalogue) {
      ASSERT_TRUE(eventually(
          [&] { return json::parse(get("/api/status").body)["catalogue"].is_object(); }));
    }
  }
  void TearDown() override {
    if (service_) service_->stop();
  }
  http::Response get(const std::string& target, http::Headers headers = {}) {
    http::Request request;
    request.target = target;
    request.headers = std::move(headers);
    return router_.handle(request);
  }
  http::Response post(const std::string& target, const json& body,
                      http::Headers headers = {{"Content-Type", "application/json"}}) {
    http::Request request;
    request.method = "POST";
    request.target = target;
    request.headers = std::move(headers);
    request.body = body.dump();
    return router_.handle(request);
  }
  json data(const http::Response& response) { return json::parse(response.body); }

  testing::TemporaryDirectory directory_;
  testing::ManualClock clock_;
  Metrics metrics_;
  services::Context context_{directory_.path(), "", clock_, metrics_};
  testing::GuideDouble guide_{testing::smallShop()};
  http::Router router_;
  std::unique_ptr<services::Service> service_;
};

const char* const kHits =
    R"({"total":1,"hits":[{"id":"lap-1","title":"Live","price":1}],"facets":{},"suggestion":null,"stale":false})";

TEST_F(UiService, SearchFallsFromLiveToKeptToLocalToASentence) {
  guide_.set("search GET /v1/search", 200, kHits);
  start();
  json answer = data(get("/api/search?q=laptop"));
  EXPECT_EQ(answer["hits"][0]["title"], "Live");
  EXPECT_FALSE(answer["stale"]);

  guide_.setDown("search", true);
  answer = data(get("/api/search?q=laptop"));
  EXPECT_EQ(answer["hits"][0]["title"], "Live") << "the last good answer";
  EXPECT_TRUE(answer["stale"]);
  EXPECT_FALSE(answer.contains("degraded"));

  answer = data(get("/api/search?q=gaming"));
  EXPECT_EQ(answer["hits"][0]["id"], "lap-2") << "the local copy";
  EXPECT_TRUE(answer["degraded"]);
}

TEST_F(UiService, CallsAreMadeForTheVisitorUnderAnOpaqueId) {
  start();
  const std::string user = "0123456789abcdef0123456789abcdef";
  const auto carried = [&](const std::string& cookie) {
    const services::RequestContext context({}, services::Caller::Browser, systemClock());
    get("/api/search?q=laptop", {{"Cookie", "guide_user=" + cookie}});
    http::Request call;
    services::RequestContext::carryOn(call, std::chrono::seconds(1));
    return std::string(call.headers.get("X-Shopkeeper-User").value_or(""));
  };
  EXPECT_EQ(carried(user).size(), 16u);
  EXPECT_EQ(carried(user), carried(user)) << "the same person, the same version";
  EXPECT_THAT(user, ::testing::Not(HasSubstr(carried(user))));
  EXPECT_NE(carried(user), carried("f" + user.substr(1)));
}

TEST_F(UiService, WithoutAnythingSearchSaysSo) {
  guide_.setDown("search", true);
  start(false);
  const auto response = get("/api/search?q=laptop");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("Search is away"));
  EXPECT_EQ(service_->notReadyReason(), "") << "the page itself is there at once";
  EXPECT_EQ(get("/").status, 200);
}

TEST_F(UiService, AServersErrorOrNonsenseIsAFailureButARefusalIsAnAnswer) {
  guide_.set("search GET /v1/search", 500, "boom");
  start();
  EXPECT_TRUE(data(get("/api/search?q=gaming"))["degraded"]);
  guide_.set("search GET /v1/search", 200, "<html>not json");
  EXPECT_TRUE(data(get("/api/search?q=gaming"))["degraded"]);
  guide_.set("search GET /v1/search", 400,
             R"({"error":{"code":"InvalidArgument","message":"too odd"}})");
  const auto refused = get("/api/search?q=gaming");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("too odd"));
}

TEST_F(UiService, ProductFallsFromLiveToKeptToCopy) {
  guide_.set("knowledge GET /v1/products/lap-1", 200,
             R"({"id":"lap-1","title":"Fresh","attributes":{}})");
  start();
  EXPECT_EQ(data(get("/api/products/lap-1"))["title"], "Fresh");
  EXPECT_EQ(get("/api/products/nobody").status, 404);
  guide_.setDown("knowledge", true);
  json answer = data(get("/api/products/lap-1"));
  EXPECT_EQ(answer["title"], "Fresh");
  EXPECT_TRUE(answer["stale"]);
  answer = data(get("/api/products/lap-2"));
  EXPECT_EQ(answer["title"], "Iskardo Titan 9 Gaming Laptop");
  EXPECT_TRUE(answer["stale"]);
  EXPECT_EQ(get("/api/products/nobody").status, 404);
}

TEST_F(UiService, RecommendationsCarryCardsAndFallBackOnTheCatalogue) {
  guide_.set(
      "recommendation GET /v1/recommendations", 200,
      R"({"items":[{"id":"lap-2","score":1,"reason":"bought-together"},{"id":"withdrawn","score":1,"reason":"popular"}],"stale":false})");
  start();
  json answer = data(get("/api/recommendations?product=lap-1"));
  ASSERT_EQ(answer["items"].size(), 1u) << "a product that is gone cannot be shown";
  EXPECT_EQ(answer["items"][0]["product"]["brand"], "Iskardo");
  guide_.setDown("recommendation", true);
  EXPECT_EQ(data(get("/api/recommendations?product=lap-1"))["items"][0]["id"], "lap-2");
  answer = data(get("/api/recommendations?product=lap-2"));
  EXPECT_TRUE(answer["degraded"]);
  EXPECT_EQ(answer["items"][0]["reason"], "same-category");
}

TEST_F(UiService, ChatPassesOnAndFallsBackWithoutInventing) {
  guide_.set(
      "dialogue POST /v1/chat", 200,
      R"({"reply":"Two days.","confidence":0.9,"known":true,"sources":[],"products":["lap-1"],"stale":false})");
  start();
  const json question = {{"session", "s"}, {"message", "Gaming laptop"}, {"lang", "en"}};
  json answer = data(post("/api/chat", question));
  EXPECT_EQ(answer["reply"], "Two days.");
  EXPECT_EQ(answer["cards"][0]["id"], "lap-1");
  guide_.setDown("dialogue", true);
  answer = data(post("/api/chat", question));
  EXPECT_EQ(answer["reply"], "Two days.");
  EXPECT_TRUE(answer["stale"]);
  // Another session asks the same words: what they mean may differ, so nothing kept is used.
  answer = data(post("/api/chat", {{"session", "other"}, {"message", "Gaming laptop"}}));
  EXPECT_TRUE(answer["degraded"]);
  EXPECT_FALSE(answer["known"]);
  EXPECT_EQ(answer["reply"], "");
  EXPECT_EQ(answer["cards"][0]["id"], "lap-2");
}

TEST_F(UiService, ChatInputIsChecked) {
  start();
  const std::string tooLong(1001, 'a');
  for (const auto& [body, word] : std::vector<std::pair<json, std::string>>{
           {json::array(), "JSON object"},
           {json::object(), "empty"},
           {{{"message", " "}}, "empty"},
           {{{"message", 5}}, "text"},
           {{{"message", tooLong}}, "1001 characters"},
           {{{"message", "a"}, {"session", "../x"}}, "session"},
           {{{"message", "a"}, {"lang", "fr"}}, "lang"}}) {
    const auto response = post("/api/chat", body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_THAT(response.body, HasSubstr(word));
  }
  EXPECT_EQ(post("/api/chat", {{"message", "a"}}, {{"Content-Type", "text/plain"}}).status, 400);
  EXPECT_EQ(post("/api/chat", {{"message", "a"}},
                 {{"Content-Type", "application/json"}, {"Sec-Fetch-Site", "cross-site"}})
                .status,
            403);
  EXPECT_TRUE(guide_.bodies("dialogue POST /v1/chat").empty());
}

TEST_F(UiService, EventsReachKnowledgeUnderTheVisitorsOwnId) {
  guide_.set("knowledge POST /v1/events", 202, R"({"accepted":1})");
  start();
  const auto response = post(
      "/api/events", {{"events", {{{"type", "view"}, {"product", "lap-1"}, {"user", "forged"}}}}});
  ASSERT_EQ(response.status, 202);
  const std::string cookie(*response.headers.get("Set-Cookie"));
  EXPECT_THAT(cookie, HasSubstr("SameSite=Lax"));
  EXPECT_THAT(cookie, HasSubstr("HttpOnly"));
  ASSERT_TRUE(eventually([&] { return !guide_.bodies("knowledge POST /v1/events").empty(); }));
  const json event = json::parse(guide_.bodies("knowledge POST /v1/events")[0])["events"][0];
  EXPECT_EQ(event["type"], "view");
  EXPECT_THAT(cookie, HasSubstr(event["user"].get<std::string>()));
}

TEST_F(UiService, BadEventsAreRefusedWhole) {
  start();
  for (const json& events :
       {json::array(), json::array({{{"type", "purchase"}, {"product", "p"}}}),
        json::array({{{"type", "view"}}}), json::array({5}),
        json::array({{{"type", "view"}, {"product", "p"}}, {{"type", "x"}, {"product", "p"}}}),
        json(5)}) {
    EXPECT_EQ(post("/api/events", {{"events", events}}).status, 400) << events;
  }
  EXPECT_EQ(data(get("/api/status"))["events"]["queued"], 0);
}

TEST_F(UiService, StatusNamesWhatIsDown) {
  guide_.setDown("dialogue", true);
  start();
  const json upstreams = data(get("/api/status"))["upstreams"];
  EXPECT_EQ(upstreams["dialogue"], "down");
  EXPECT_EQ(upstreams["search"], "up");
}

TEST_F(UiService, SecurityHeadersAreOnEveryAnswer) {
  start();
  for (const char* target :
       {"/", "/search?q=x", "/product/lap-1", "/product/nobody", "/api/search?limit=0",
        "/assets/0123456789abcdef/app.js", "/assets/0/nothing"}) {
    const auto response = get(target);
    const std::string policy(response.headers.get("Content-Security-Policy").value_or(""));
    EXPECT_THAT(policy, HasSubstr("default-src 'none'")) << target;
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'")) << target;
    EXPECT_THAT(policy, Not(HasSubstr("unsafe"))) << target;
    EXPECT_EQ(response.headers.get("X-Content-Type-Options").value_or(""), "nosniff") << target;
    EXPECT_EQ(response.headers.get("Referrer-Policy").value_or(""), "same-origin") << target;
  }
}

TEST_F(UiService, HostileCatalogueAndQueryStayText) {
  guide_.setDown("search", true);
  guide_.setDown("knowledge", false);
  start();
  for (const std::string& target :
       {std::string("/search?q=%3C%2Fscript%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
        std::string("/search?q=bag"), std::string("/product/bag-1"),
        std::string("/product/bag-1?lang=zh")}) {
    const std::string html = get(target).body;
    EXPECT_THAT(html, Not(HasSubstr("<script>alert"))) << target;
    EXPECT_THAT(html, Not(HasSubstr("<img"))) << target;
  }
}

TEST_F(UiService, AssetPathTricksFindNothing) {
  start();
  for (const char* target :
       {"/assets/0/..%2f..%2fetc%2fpasswd", "/assets/0/%2e%2e", "/assets/../app.js",
        "/assets/0/page%2fapp.js", "/assets//app.js", "/assets/0/index.html"}) {
    EXPECT_EQ(get(target).status, 404) << target;
  }
}

TEST_F(UiService, LanguageIsRememberedAndNeverFreeText) {
  start();
  const auto chosen = get("/?lang=zh");
  EXPECT_THAT(chosen.body, HasSubstr("<html lang=\"zh-Hans\">"));
  bool remembered = false;
  for (const auto& [name, value] : chosen.headers) {
    remembered |= name == "Set-Cookie" && value.starts_with("guide_lang=zh;");
  }
  EXPECT_TRUE(remembered);
  EXPECT_THAT(get("/", {{"Cookie", "a=b; guide_lang=zh"}}).body, HasSubstr("zh-Hans"));
  EXPECT_THAT(get("/", {{"Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8"}}).body,
              HasSubstr("zh-Hans"));
  EXPECT_THAT(get("/?lang=%22onload=x").body, HasSubstr("<html lang=\"en\">"));
}

TEST_F(UiService, PagesSayWhatFailedByStatus) {
  start();
  EXPECT_EQ(get("/product/nobody").status, 404);
  EXPECT_EQ(get("/search?limit=9999").status, 400);
  EXPECT_EQ(get("/product/" + std::string(300, 'a')).status, 404);
}

}  // namespace
}  // namespace shopkeeper::ui
