// With every endpoint gone the last good answer is better than none, and says how old it is.
#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

class FallbackTest : public ProxyTest {
 protected:
  void serve(const Backend& backend, int maxBytes) {
    wire::Upstream spec;
    spec.name = "search";
    spec.policy.timeoutMs = 1'000;
    spec.policy.fallback.maxBytes = maxBytes;
    wire::Endpoint endpoint;
    endpoint.address = backend.address();
    spec.endpoints = {endpoint};
    table_.apply({spec});
    start(1);
  }
};

TEST_F(FallbackTest, TheLastGoodAnswerComesMarkedAsStale) {
  Backend backend("search");
  serve(backend, 1 << 20);
  const Answer fresh = get(egress(), "/v1/x?q=1", "search");
  EXPECT_EQ(fresh.status, 200);
  EXPECT_FALSE(fresh.has("X-Shopkeeper-Stale"));
  backend.kill();
  const Answer stale = get(egress(), "/v1/x?q=1", "search");
  EXPECT_EQ(stale.status, 200);
  EXPECT_TRUE(stale.has("X-Shopkeeper-Stale: ")) << stale.head;
  EXPECT_EQ(stale.body, fresh.body);
  EXPECT_EQ(get(egress(), "/v1/x?q=2", "search").status, 503) << "never asked before";
  EXPECT_EQ(plane_->egressCounts().stale, 1u);
}

TEST_F(FallbackTest, StaleAnswersKeepTheConnection) {
  Backend backend("search");
  serve(backend, 1 << 20);
  get(egress(), "/v1/x", "search");
  backend.kill();
  RawClient client(egress());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
    EXPECT_EQ(readAnswer(client).status, 200);
  }
}

TEST_F(FallbackTest, AServiceThatOnlyFailsIsCoveredToo) {
  std::atomic<bool> well{true};
  Backend backend("search", [&](const http::Request&) {
    http::Response response;
    response.status = well ? 200 : 500;
    response.body = "good";
    return response;
  });
  serve(backend, 1 << 20);
  get(egress(), "/v1/x", "search");
  well = false;
  const Answer stale = get(egress(), "/v1/x", "search");
  EXPECT_EQ(stale.status, 200);
  EXPECT_EQ(stale.body, "good");
}

TEST_F(FallbackTest, WritesAreNeverAnsweredFromMemory) {
  Backend backend("search");
  serve(backend, 1 << 20);
  get(egress(), "/v1/x", "search", "POST", "a");
  backend.kill();
  EXPECT_EQ(get(egress(), "/v1/x", "search", "POST", "a").status, 503);
}

TEST_F(FallbackTest, OffByDefault) {
  Backend backend("search");
  serve(backend, 0);
  get(egress(), "/v1/x", "search");
  backend.kill();
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 503);
}

}  // namespace
}  // namespace shopkeeper::sidecar
