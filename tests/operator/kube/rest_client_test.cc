// The client against scripted answers: what goes out, and what comes back as which error.
#include "operator/kube/rest_client.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "operator/kube/status_error.h"
#include "tests/testing/kube_doubles.h"
#include "tests/testing/scripted_http_client.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;
using http::Response;
using nlohmann::json;
using testing::ScriptedHttpClient;

Response status(int code, const std::string& reason, const std::string& message,
                http::Headers headers = {}) {
  const json body = {{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", message}};
  return {code, std::move(headers), body.dump()};
}

Response found(const std::string& name = "m") {
  return {200, {}, json{{"metadata", {{"name", name}, {"resourceVersion", "5"}}}}.dump()};
}

// Counts how often its token was refused.
class CountingToken final : public TokenSource {
 public:
  Result<std::string> token() override { return "t" + std::to_string(refusals); }
  void refused() override { ++refusals; }
  int refusals = 0;
};

class Gate final : public WriteGate {
 public:
  Status mayWrite() const override {
    if (open) return ok();
    return Error(ErrorCode::Unavailable, "not the leader");
  }
  std::chrono::milliseconds remaining() const override { return 3s; }
  bool open = true;
};

class RestClientTest : public ::testing::Test {
 protected:
  void answer(ScriptedHttpClient::Script script) {
    http_ = std::make_unique<ScriptedHttpClient>(std::move(script));
    client_ =
        makeRestClient({*http_, *http_, token_, clock_, pause_, &metrics_, "api:443", "test"});
  }
  void answerAlways(const Response& response) {
    answer([response](int, const auto&, const auto*) { return response; });
  }
  http::Request sent(std::size_t index = 0) { return http_->requests().at(index); }

  testing::ManualClock clock_;
  testing::ManualPause pause_{clock_};
  Metrics metrics_;
  std::shared_ptr<CountingToken> token_ = std::make_shared<CountingToken>();
  std::unique_ptr<ScriptedHttpClient> http_;
  std::unique_ptr<Client> client_;
  const Resource& maps_ = resources::configMaps();
  const ObjectKey key_{"shop", "m"};
  const Object object_ = testing::makeObject(maps_, key_);
};

TEST_F(RestClientTest, RequestsSayWhoAsksAndWhatFor) {
  answerAlways(found());
  ASSERT_TRUE(client_->get(maps_, key_));
  EXPECT_EQ(sent().method, "GET");
  EXPECT_EQ(sent().target, "/api/v1/namespaces/shop/configmaps/m");
  EXPECT_EQ(sent().headers.get("Authorization"), "Bearer t0");
  EXPECT_EQ(sent().headers.get("Accept"), "application/json");
  EXPECT_EQ(sent().headers.get("User-Agent"), "test");

  ASSERT_TRUE(
      client_->apply(maps_, object_, {.fieldManager = "our/ui", .force = true}, {}, "status"));
  EXPECT_EQ(sent(1).method, "PATCH");
  EXPECT_EQ(sent(1).target,
            "/api/v1/namespaces/shop/configmaps/m/status?fieldManager=our%2Fui&force=true");
  EXPECT_EQ(sent(1).headers.get("Content-Type"), "application/apply-patch+yaml");

  ASSERT_TRUE(client_->patch(maps_, key_, PatchType::Json, json::array()));
  EXPECT_EQ(sent(2).headers.get("Content-Type"), "application/json-patch+json");

  DeleteOptions remove;
  remove.propagation = Propagation::Foreground;
  remove.uid = "u";
  remove.gracePeriodSeconds = 0;
  ASSERT_TRUE(client_->remove(maps_, key_, remove));
  const json body = json::parse(sent(3).body);
  EXPECT_EQ(body["propagationPolicy"], "Foreground");
  EXPECT_EQ(body["preconditions"]["uid"], "u");
  EXPECT_EQ(body["gracePeriodSeconds"], 0);

  ASSERT_TRUE(client_->create(maps_, object_));
  EXPECT_EQ(sent(4).target, "/api/v1/namespaces/shop/configmaps");
  EXPECT_EQ(sent(4).method, "POST");
}

TEST_F(RestClientTest, ApplyWithoutAManagerIsRefusedBeforeItGoesOut) {
  answerAlways(found());
  EXPECT_EQ(client_->apply(maps_, object_, {}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(client_->apply(maps_, Object(), {"m"}).error().code(), ErrorCode::InvalidArgument);
  EXPECT_TRUE(http_->requests().empty());
}

TEST_F(RestClientTest, StatusesBecomeErrors) {
  struct Case {
    int code;
    const char* reason;
    ErrorCode expected;
    bool retryable;
  };
  for (const Case& c : {Case{400, "BadRequest", ErrorCode::InvalidArgument, false},
                        Case{403, "Forbidden", ErrorCode::PermissionDenied, false},
                        Case{404, "NotFound", ErrorCode::NotFound, false},
                        Case{409, "Conflict", ErrorCode::Conflict, true},
                        Case{409, "AlreadyExists", ErrorCode::AlreadyExists, false},
                        Case{410, "Expired", ErrorCode::Gone, false},
                        Case{413, "RequestEntityTooLarge", ErrorCode::TooLarge, false},
                        Case{422, "Invalid", ErrorCode::InvalidArgument, false},
                        Case{429, "TooManyRequests", ErrorCode::TooManyRequests, true},
                        Case{500, "InternalError", ErrorCode::Internal, true},
                        Case{503, "ServiceUnavailable", ErrorCode::Unavailable, true},
                        Case{504, "Timeout", ErrorCode::Timeout, true}}) {
    answerAlways(status(c.code, c.reason, "the server's sentence"));
    const auto result = client_->get(maps_, key_);
    ASSERT_FALSE(result) << c.code;
    EXPECT_EQ(result.error().code(), c.expected) << c.code;
    EXPECT_EQ(result.error().retryable(), c.retryable) << c.code;
    EXPECT_EQ(result.error().message(), "reading configmaps shop/m: the server's sentence");
  }
}

TEST_F(RestClientTest, CausesOfA422AreNamedByField) {
  json body = {{"kind", "Status"}, {"code", 422}, {"reason", "Invalid"}, {"message", "is invalid"}};
  body["details"]["causes"] = {{{"field", "spec.replicas"}, {"message", "must be at least 0"}},
                               {{"field", "spec.image"}, {"message", "is required"}}};
  answerAlways({422, {}, body.dump()});
  const auto result = client_->create(maps_, object_);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message().find("spec.replicas: must be at least 0"), std::string::npos);
  EXPECT_NE(result.error().message().find("spec.image: is required"), std::string::npos);
}

TEST_F(RestClientTest, AnswersOfAProxyAreErrorsToo) {
  answerAlways({502, {}, "<html>\r\nbad gateway"});
  const auto result = client_->get(maps_, key_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::Unavailable);
  EXPECT_NE(result.error().message().find("HTTP 502 Bad Gateway: <html>  bad gateway"),
            std::string::npos)
      << result.error().message();
  answerAlways({200, {}, "<html>welcome to the hotel's network"});
  EXPECT_EQ(client_->get(maps_, key_).error().code(), ErrorCode::Corrupt);
}

TEST_F(RestClientTest, RetryAfterIsWaitedFor) {
  answer([](int index, const auto&, const auto*) {
    return index < 2 ? status(429, "TooManyRequests", "slow down", {{"Retry-After", "3"}})
                     : found();
  });
  const auto result = client_->create(maps_, object_);
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_EQ(pause_.waits(), (std::vector<Duration>{3s, 3s}));
  EXPECT_EQ(http_->timeouts(), (std::vector<std::chrono::milliseconds>{10s, 7s, 4s}));
}

TEST_F(RestClientTest, RetryAfterBeyondTheDeadlineIsReturnedAtOnce) {
  answerAlways(status(429, "TooManyRequests", "slow down", {{"Retry-After", "11"}}));
  EXPECT_EQ(client_->get(maps_, key_).error().code(), ErrorCode::TooManyRequests);
  EXPECT_TRUE(pause_.waits().empty());
  answerAlways(status(503, "ServiceUnavailable", "no such hint"));
  EXPECT_EQ(client_->get(maps_, key_).error().code(), ErrorCode::Unavailable);
  EXPECT_EQ(http_->requests().size(), 1u);
}

TEST_F(RestClientTest, RetryAfterForEverEndsAfterTenAttempts) {
  answerAlways(status(429, "TooManyRequests", "slow down", {{"Retry-After", "0"}}));
  EXPECT_EQ(client_->get(maps_, key_).error().code(), ErrorCode::TooManyRequests);
  EXPECT_EQ(http_->requests().size(), 10u);
}

TEST_F(RestClientTest, RefusedTokenIsReadAgainOnce) {
  answer([](int, const http::Request& request, const auto*) {
    return request.headers.get("Authorization") == "Bearer t1"
               ? found()
               : status(401, "Unauthorized", "token expired");
  });
  EXPECT_TRUE(client_->get(maps_, key_));
  EXPECT_EQ(token_->refusals, 1);
  answerAlways(status(401, "Unauthorized", "token expired"));
  EXPECT_EQ(client_->get(maps_, key_).error().code(), ErrorCode::Unauthenticated);
  EXPECT_EQ(http_->requests().size(), 2u);
}

TEST_F(RestClientTest, GateIsAskedBeforeEveryAttemptOfAWrite) {
  Gate gate;
  answer([&](int, const auto&, const auto*) {
    gate.open = false;  // leadership is lost while the server makes us wait
    return status(429, "TooManyRequests", "slow down", {{"Retry-After", "1"}});
  });
  Call call;
  call.gate = &gate;
  const auto result = client_->create(maps_, object_, call);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::Unavailable);
  EXPECT_EQ(http_->requests().size(), 1u);
  EXPECT_EQ(http_->timeouts()[0], 3s);  // no longer than the lease
  EXPECT_EQ(client_->get(maps_, key_, call).error().code(), ErrorCode::TooManyRequests);
}

TEST_F(RestClientTest, PagesCarryKindAndVersion) {
  answer([](int index, const auto&, const auto*) -> Result<Response> {
    json list = {{"metadata", {{"resourceVersion", "77"}}}, {"items", json::array()}};
    if (index == 0) list["metadata"]["continue"] = "t/1";
    list["items"].push_back({{"metadata", {{"name", "n" + std::to_string(index)}}}});
    return Response{200, {}, list.dump()};
  });
  ListOptions options;
  options.ns = "shop";
  options.labelSelector = "a=b,c";
  const auto all = listAll(*client_, maps_, options);
  ASSERT_TRUE(all) << all.error().message();
  ASSERT_EQ(all->items.size(), 2u);
  EXPECT_EQ(all->items[1].name(), "n1");
  EXPECT_EQ(all->items[0].kind(), "ConfigMap");
  EXPECT_EQ(all->items[0].apiVersion(), "v1");
  EXPECT_EQ(all->resourceVersion, "77");
  EXPECT_EQ(sent(0).target, "/api/v1/namespaces/shop/configmaps?labelSelector=a%3Db%2Cc&limit=500");
  EXPECT_NE(sent(1).target.find("&continue=t%2F1"), std::string::npos);
}

TEST_F(RestClientTest, ListStartsOverWhenItsTokenExpired) {
  answer([](int index, const auto&, const auto*) -> Result<Response> {
    if (index == 1) return status(410, "Expired", "token too old");
    json list = {{"metadata", {{"resourceVersion", std::to_string(index)}}},
                 {"items", {{{"metadata", {{"name", "n"}}}}}}};
    if (index == 0) list["metadata"]["continue"] = "t";
    return Response{200, {}, list.dump()};
  });
  const auto all = listAll(*client_, maps_, {});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->items.size(), 1u);  // what the first attempt had is not mixed in
  EXPECT_EQ(all->resourceVersion, "2");
  answerAlways(status(410, "Expired", "no version at all"));
  EXPECT_EQ(listAll(*client_, maps_, {}).error().code(), ErrorCode::Gone);
}

TEST_F(RestClientTest, WatchDeliversEventsAndEndsWithTheServersError) {
  answer([](int, const auto&, const http::ChunkSink* sink) -> Result<Response> {
    const std::string one =
        R"({"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"6"}}})";
    const std::string gone =
        R"({"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old"}})";
    (*sink)(one.substr(0, 20));
    (*sink)(one.substr(20) + "\n" + gone + "\n" + one + "\n");
    return Response{200, {}, ""};
  });
  int events = 0;
  WatchOptions options;
  options.resourceVersion = "5";
  const Status status = client_->watch(maps_, options, {}, [&](WatchEvent event) {
    EXPECT_EQ(event.object.name(), "a");
    ++events;
    return true;
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::Gone);
  EXPECT_EQ(events, 1);
  EXPECT_EQ(sent().target,
            "/api/v1/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=5"
            "&timeoutSeconds=290");
  EXPECT_EQ(http_->timeouts()[0], 295s);  // silence longer than the server's limit: it is dead
}

TEST_F(RestClientTest, RequestsAreCounted) {
  answer([](int index, const auto&, const auto*) -> Result<Response> {
    if (index == 0) return Error(ErrorCode::Unavailable, "refused");
    return found();
  });
  EXPECT_FALSE(client_->get(maps_, key_));
  EXPECT_TRUE(client_->get(maps_, key_));
  const std::string text = metrics_.expose();
  EXPECT_NE(text.find(R"(rest_client_requests_total{code="200",host="api:443",method="GET"} 1)"),
            std::string::npos)
      << text;
  EXPECT_NE(
      text.find(R"(rest_client_requests_total{code="<error>",host="api:443",method="GET"} 1)"),
      std::string::npos);
}

TEST(RetryAfter, ReadsSecondsDatesAndDetails) {
  WallTime now;
  ASSERT_TRUE(parseRfc3339("2026-11-23T10:00:00Z", now));
  const auto after = [&](const char* value) {
    return retryAfter({429, {{"Retry-After", value}}, ""}, now);
  };
  EXPECT_EQ(after("5"), 5s);
  EXPECT_EQ(after("0"), 0s);
  EXPECT_EQ(after("86400"), 60s);  // bounded
  EXPECT_EQ(after("-3"), 0s);
  EXPECT_EQ(after("Mon, 23 Nov 2026 10:00:07 GMT"), 7s);
  EXPECT_EQ(after("Mon, 23 Nov 2026 09:00:00 GMT"), 0s);
  EXPECT_EQ(after("soon"), std::nullopt);
  EXPECT_EQ(retryAfter({429, {}, R"({"details":{"retryAfterSeconds":4}})"}, now), 4s);
  EXPECT_EQ(retryAfter({503, {}, "<html>"}, now), std::nullopt);
}

}  // namespace
}  // namespace shopkeeper::kube
