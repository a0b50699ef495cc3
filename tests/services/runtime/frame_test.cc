#include "services/runtime/frame.h"

#include <gtest/gtest.h>

#include "services/runtime/upstream.h"

namespace shopkeeper::services {
namespace {

TEST(ParseListenTest, TakesAddressAndPort) {
  const auto plain = parseListen("127.0.0.1:9080");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 9080);
  const auto six = parseListen("[::1]:0");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "::1");
  EXPECT_EQ(six->port, 0);
}

TEST(ParseListenTest, RefusesAllElseWithAnExample) {
  for (const char* text : {"", ":", "9080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", ":9080",
                           "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "127.0.0.1:80 "}) {
    const auto parsed = parseListen(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message().find("ADDRESS:PORT"), std::string::npos);
  }
}

TEST(CheckBaseUrlTest, TakesSchemeAndAuthorityOnly) {
  for (const char* text : {"http://127.0.0.1:9000", "https://host"})
    EXPECT_TRUE(checkBaseUrl(text));
  for (const char* text : {"", "127.0.0.1:9000", "ftp://host", "http://", "http://host/path",
                           "http://user@host", "http://host?x"}) {
    EXPECT_FALSE(checkBaseUrl(text)) << text;
  }
}

class FakeService final : public Service {
 public:
  void routes(http::Router&) override {}
  Status start() override { return ok(); }
  std::string notReadyReason() const override { return reason; }
  void stop() override {}
  std::string reason;
};

TEST(CommonRoutesTest, HealthIsTheProcessAndReadinessTheService) {
  FakeService service;
  Metrics metrics;
  http::Router router;
  const std::string openApi = R"({"openapi":"3.1.0"})";
  addCommonRoutes(router, service, metrics, openApi);
  const auto get = [&](const char* path) {
    http::Request request;
    request.target = path;
    return router.handle(request);
  };
  EXPECT_EQ(get("/readyz").status, 200);
  service.reason = "no catalogue yet";
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_NE(get("/readyz").body.find("no catalogue yet"), std::string::npos);
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/openapi.json").body, openApi);
  EXPECT_NE(get("/metrics").body.find("process_resident_memory_bytes"), std::string::npos);
}

class RecordingClient final : public http::HttpClient {
 public:
  explicit RecordingClient(std::string& host) : host_(host) {}
  Result<http::Response> send(const http::Request& request, const http::CallOptions&) override {
    host_ = request.headers.get("host").value_or("");
    return http::Response{};
  }
  Result<http::Response> stream(const http::Request& request, const http::CallOptions& options,
                                const http::ChunkSink&) override {
    return send(request, options);
  }

 private:
  std::string& host_;
};

TEST(UpstreamTest, NamesTheUpstreamInTheHostHeader) {
  std::string host;
  const auto client = addressedTo("knowledge", std::make_unique<RecordingClient>(host));
  http::Request request;
  request.headers.set("Host", "elsewhere");
  ASSERT_TRUE(client->send(request, {}));
  EXPECT_EQ(host, "knowledge");
  host.clear();
  ASSERT_TRUE(client->stream(request, {}, [](std::string_view) { return true; }));
  EXPECT_EQ(host, "knowledge");
}

}  // namespace
}  // namespace shopkeeper::services
