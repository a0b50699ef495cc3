// What no well-behaved client sends. Each is refused, none reaches the service, and the proxy
// serves the next client as before.
#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

struct Hostile {
  std::string name;
  std::string bytes;
  int status;  // 0: no answer, just the end
};

class HostileClients : public ProxyTest, public ::testing::WithParamInterface<Hostile> {};

TEST_P(HostileClients, AreRefusedAndNeverReachTheService) {
  Backend service("service");
  config_.ingress.limits.maxBodyBytes = 1000;
  config_.ingress.limits.maxHeaderBytes = 4096;
  start(service.port());
  RawClient client(ingress());
  client.send(GetParam().bytes);
  client.halfClose();
  const std::string answer = client.readAll();
  if (GetParam().status == 0) {
    EXPECT_EQ(answer, "");
  } else {
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 " + std::to_string(GetParam().status)) << answer;
    EXPECT_EQ(countOf(answer, "HTTP/1.1 "), 1u) << "one answer, then the end: " << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_NE(answer.find("{\"error\":{"), std::string::npos);
  }
  EXPECT_TRUE(client.closedByPeer());
  EXPECT_EQ(service.requests(), 0);
  EXPECT_EQ(get(ingress(), "/next").status, 200);
}

const std::string kHost = "Host: s\r\n";
const std::string kPost = "POST /v1/x HTTP/1.1\r\n" + kHost;
const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\n" + kHost + "\r\n";

std::string getOf(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\n" + kHost + "\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    Table, HostileClients,
    ::testing::Values(
        Hostile{
            "ClTe",
            kPost + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kSmuggled,
            400},
        Hostile{
            "TeCl",
            kPost + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + kSmuggled,
            400},
        Hostile{"TwoLengths", kPost + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + kSmuggled,
                400},
        Hostile{"TeGzip", kPost + "Transfer-Encoding: gzip\r\n\r\n" + kSmuggled, 501},
        Hostile{"TeSpace", kPost + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + kSmuggled, 400},
        Hostile{"TeVerticalTab",
                kPost + "Transfer-Encoding: \x0b"
                        "chunked\r\n\r\n0\r\n\r\n",
                400},
        Hostile{"ObsFoldedTe", kPost + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n", 400},
        Hostile{"BareLf", "GET / HTTP/1.1\nHost: s\n\n" + kSmuggled, 400},
        Hostile{"ChunkSizeJunk",
                kPost + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", 400},
        Hostile{"ChunkBareLf", kPost + "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n\r\n\r\n",
                400},
        Hostile{"ChunkDataTooLong",
                kPost + "Transfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n0\r\n\r\n", 400},
        Hostile{"ChunkOverflow",
                kPost + "Transfer-Encoding: chunked\r\n\r\n10000000000000001\r\nh\r\n", 400},
        Hostile{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
        Hostile{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Hostile{"Connect", "CONNECT s:80 HTTP/1.1\r\n" + kHost + "\r\n" + kSmuggled, 405},
        Hostile{"Trace", "TRACE / HTTP/1.1\r\n" + kHost + "\r\n", 405},
        Hostile{"Asterisk", "OPTIONS * HTTP/1.1\r\n" + kHost + "\r\n", 400},
        Hostile{"HttpsTarget", "GET https://s/ HTTP/1.1\r\n" + kHost + "\r\n", 400},
        Hostile{"HeaderTooLarge",
                "GET / HTTP/1.1\r\n" + kHost + "X: " + std::string(8000, 'a') + "\r\n\r\n", 431},
        Hostile{"HeaderNeverEnds", "GET / HTTP/1.1\r\n" + kHost + "X: " + std::string(200'000, 'a'),
                431},
        Hostile{"LengthOverLimit", kPost + "Content-Length: 1001\r\n\r\n", 413},
        Hostile{"ChunksOverLimit",
                kPost + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'b') +
                    "\r\n0\r\n\r\n",
                413},
        Hostile{"Admin", getOf("/admin/v1/catalog"), 403},
        Hostile{"AdminDoubleSlash", getOf("//admin/v1/catalog"), 400},
        Hostile{"AdminEscaped", getOf("/%61dmin/v1/catalog"), 403},
        Hostile{"AdminDot", getOf("/./admin/v1/catalog"), 400},
        Hostile{"AdminDotDot", getOf("/x/../admin/v1/catalog"), 400},
        Hostile{"AdminEscapedDots", getOf("/x/%2e%2e/admin/v1/catalog"), 400},
        Hostile{"AdminEscapedSlash", getOf("/x%2f..%2fadmin"), 400},
        Hostile{"AdminBackslash", getOf("/x\\..\\admin"), 400},
        Hostile{"AdminAbsoluteForm", getOf("http://s/admin/v1/catalog"), 403},
        Hostile{"AdminCapitals", getOf("/ADMIN/v1/catalog"), 403},
        Hostile{"Metrics", getOf("/metrics"), 404}, Hostile{"Healthz", getOf("/healthz"), 404},
        Hostile{"Readyz", getOf("/readyz?x"), 404}, Hostile{"Fragment", getOf("/a#/admin"), 400},
        Hostile{"TlsClientHello",
                std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 13), 400},
        Hostile{"Empty", "", 0}, Hostile{"OnlyNewlines", "\r\n\r\n", 0},
        Hostile{"HalfAHeader", "GET / HTTP/1.1\r\nHos", 0},
        Hostile{"ManyReturns", std::string(5000, '\r') + "\n", 400}),
    [](const auto& info) { return info.param.name; });

class SlowClients : public ProxyTest {};

TEST_F(SlowClients, ADripOfHeaderBytesIsCutAtOneDeadline) {
  Backend service("service");
  config_.ingress.limits.headerTimeout = milliseconds(300);
  start(service.port());
  RawClient client(ingress());
  const auto begin = std::chrono::steady_clock::now();
  std::string answer;
  // Each byte comes in time by itself.
  for (const char c :
       std::string("GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")) {
    if (!client.send({&c, 1})) break;
    answer +=
        client.readUntil([](const std::string& text) { return !text.empty(); }, milliseconds(30));
    if (!answer.empty() || client.closedByPeer()) break;
  }
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 408");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(290));
  client.readAll();
  EXPECT_TRUE(client.closedByPeer());
  EXPECT_EQ(service.requests(), 0);
}

TEST_F(SlowClients, AnIdleConnectionIsClosedWithoutAWord) {
  Backend service("service");
  config_.ingress.limits.idleTimeout = milliseconds(200);
  start(service.port());
  RawClient client(ingress());
  EXPECT_EQ(client.readAll(), "");
  EXPECT_TRUE(client.closedByPeer());
}

TEST_F(SlowClients, ABodyThatDoesNotArriveEndsIn408AndBlamesNobody) {
  Backend service("service");
  config_.ingress.requestTimeout = milliseconds(400);
  start(service.port());
  RawClient client(ingress());
  client.send("POST /v1/x HTTP/1.1\r\nHost: s\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(readAnswer(client).status, 408);
  EXPECT_EQ(plane_->service().view().endpoints[0].counts.errors, 0u);
  EXPECT_EQ(service.requests(), 0);
}

TEST_F(SlowClients, AClientThatDoesNotReadIsCut) {
  Backend service("service", [](const http::Request&) {
    http::Response response;
    response.body.assign(64u << 20, 'x');
    return response;
  });
  config_.ingress.limits.stallTimeout = milliseconds(400);
  start(service.port());
  RawClient client(ingress());
  client.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return plane_->ingressCounts().timedOut == 1; }));
  EXPECT_TRUE(eventually([&] { return plane_->ingressCounts().open == 0; }));
  EXPECT_EQ(plane_->service().view().endpoints[0].counts.errors, 0u) << "the client's fault";
}

TEST_F(SlowClients, AtTheLimitOfConnectionsTheIdlestMakesRoom) {
  Backend service("service");
  config_.ingress.limits.maxConnections = 4;
  start(service.port());
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 4; ++i) {
    idle.push_back(std::make_unique<RawClient>(ingress()));
    ASSERT_TRUE(eventually([&] { return plane_->ingressCounts().open == idle.size(); }));
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get(ingress(), "/").status, 200);
  EXPECT_GE(plane_->ingressCounts().evicted, 1u);
  EXPECT_LE(plane_->ingressCounts().open, 4u);
  idle[0]->readAll();
  EXPECT_TRUE(idle[0]->closedByPeer());
}

TEST_F(SlowClients, BusyConnectionsAreNeverEvictedNewcomersWait) {
  std::atomic<bool> release{false};
  Backend service("service", [&](const http::Request&) {
    EXPECT_TRUE(eventually([&] { return release.load(); }));
    return http::Response{};
  });
  config_.ingress.limits.maxConnections = 2;
  start(service.port());
  RawClient a(ingress()), b(ingress());
  for (RawClient* client : {&a, &b}) client->send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return service.requests() == 2; }));
  RawClient late(ingress());
  late.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_EQ(late.readUntil([](const auto& text) { return !text.empty(); }, milliseconds(200)), "");
  release = true;
  EXPECT_EQ(readAnswer(a).status, 200);
  EXPECT_EQ(readAnswer(b).status, 200);
  EXPECT_EQ(readAnswer(late).status, 200);
}

}  // namespace
}  // namespace shopkeeper::sidecar
