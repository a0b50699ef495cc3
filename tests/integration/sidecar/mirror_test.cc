// Copies go to the other version, the caller's answer stays its own, and differences are counted.
#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

class MirrorTest : public ProxyTest {
 protected:
  void serve(const Backend& now, const Backend& next, int percent, bool compare = true) {
    wire::Upstream spec;
    spec.name = "search";
    for (const auto& [backend, version] : {std::pair{&now, "1"}, std::pair{&next, "2"}}) {
      wire::Endpoint endpoint;
      endpoint.address = backend->address();
      endpoint.version = version;
      spec.endpoints.push_back(endpoint);
    }
    spec.revisions = {{"2", 0}, {"1", 10'000}};
    spec.mirrors = {{"2", percent, compare}};
    table_.apply({spec});
    start(1);
  }
  MirrorView mirror() const { return view("search").mirrors.at(0); }
};

http::Handler answering(const std::string& body) {
  return [body](const http::Request&) {
    http::Response response;
    response.body = body;
    return response;
  };
}

TEST_F(MirrorTest, AQuarterOfTheRequestsIsCopiedAndComparedAndTheCallerSeesNothing) {
  Backend now("now", answering("same")), next("next", answering("same"));
  serve(now, next, 25);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(get(egress(), "/v1/x", "search").body, "same");
  EXPECT_EQ(now.requests(), 100);
  const auto sent = mirror().sent;
  EXPECT_NEAR(static_cast<double>(sent), 25, 1);
  EXPECT_TRUE(eventually([&] { return mirror().same == sent; }));
  EXPECT_EQ(next.requests(), static_cast<int>(sent));
  EXPECT_EQ(mirror().different, 0u);
}

TEST_F(MirrorTest, AnotherBodyCountsAsDifferent) {
  Backend now("now", answering("old")), next("next", answering("new"));
  serve(now, next, 100);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(get(egress(), "/v1/x", "search").body, "old");
  EXPECT_TRUE(eventually([&] { return mirror().different == 10; }));
}

TEST_F(MirrorTest, ADeadMirrorCostsTheCallerNothing) {
  Backend now("now", answering("old")), next("next", answering("new"));
  serve(now, next, 100);
  next.kill();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(get(egress(), "/v1/x", "search").body, "old");
  EXPECT_TRUE(eventually([&] { return mirror().failed == mirror().sent && mirror().sent > 0; }));
}

TEST_F(MirrorTest, WritesAreNotCopied) {
  Backend now("now", answering("old")), next("next", answering("new"));
  serve(now, next, 100);
  for (int i = 0; i < 5; ++i) get(egress(), "/v1/x", "search", "POST", "body");
  EXPECT_EQ(now.requests(), 5);
  EXPECT_EQ(mirror().sent, 0u);
}

}  // namespace
}  // namespace shopkeeper::sidecar
