#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/integration/sidecar/proxy_fixture.h"
#include "tests/integration/sidecar/sidecar_process.h"
#include "tests/testing/fake_operator.h"

namespace shopkeeper::sidecar {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Answer drainCall(std::uint16_t admin, const std::string& token) {
  RawClient client(admin);
  client.send("GET /drain HTTP/1.1\r\nHost: x\r\nX-Shopkeeper-Drain-Token: " + token +
              "\r\nConnection: close\r\n\r\n");
  return readAnswer(client);
}

TEST(SidecarProgram, BecomesReadyAndShowsItself) {
  Backend service("service");
  SidecarProcess sidecar(
      yamlFor(service, "upstreams: [{name: knowledge, dns: localhost, port: 1}]\n"));
  const auto admin = sidecar.port("admin.port");
  ASSERT_NE(admin, 0) << sidecar.log();
  EXPECT_TRUE(eventually([&] { return get(admin, "/readyz").status == 200; })) << sidecar.log();
  EXPECT_EQ(get(admin, "/healthz").status, 200);
  EXPECT_EQ(get(sidecar.port("ingress.port"), "/v1/x").body, "service GET /v1/x");
  const Answer metrics = get(admin, "/metrics");
  EXPECT_THAT(metrics.body,
              HasSubstr("shopkeeper_sidecar_requests_total{code=\"2xx\",door=\"ingress\"} 1"));
  EXPECT_THAT(metrics.body, HasSubstr("shopkeeper_sidecar_service_healthy 1"));
  EXPECT_THAT(metrics.body, HasSubstr("shopkeeper_sidecar_operator_away 1"));
  EXPECT_EQ(get(admin, "/service/metrics").body, "service GET /metrics");
  EXPECT_TRUE(eventually([&] {
    return get(admin, "/debug/upstreams").body.find("127.0.0.1:1") != std::string::npos;
  }));
  // Nobody listens there: whether a request or a check finds out first, the reason can be read.
  EXPECT_EQ(get(sidecar.port("egress.port"), "/", "knowledge").status, 503);
  EXPECT_TRUE(eventually([&] {
    const std::string text = get(admin, "/metrics").body;
    return text.find("reason=\"connect-failures\"") != std::string::npos ||
           text.find("reason=\"unreachable\"") != std::string::npos;
  }));
  EXPECT_THAT(get(admin, "/metrics").body,
              AllOf(HasSubstr("shopkeeper_sidecar_upstream_limit{upstream=\"knowledge\"} 1024"),
                    HasSubstr("shopkeeper_sidecar_upstream_tier_traffic{tier=\"primary\""),
                    HasSubstr("shopkeeper_sidecar_upstream_shed_total{priority=\"sheddable\""),
                    HasSubstr("shopkeeper_sidecar_upstream_hedges_total{upstream=\"knowledge\"} 0"),
                    HasSubstr("shopkeeper_sidecar_upstream_hedges_refused_total{")));
  EXPECT_THAT(get(admin, "/debug/upstreams").body,
              AllOf(HasSubstr("\"trafficPercent\": 100"), HasSubstr("\"notEjected\""),
                    HasSubstr("\"hedges\"")));
}

// Sanitizers keep memory of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(SidecarProgram, IdlesInTwelveMegabytes) {
  Backend service("service");
  SidecarProcess sidecar(yamlFor(service));
  const auto admin = sidecar.port("admin.port");
  ASSERT_TRUE(eventually([&] { return get(admin, "/readyz").status == 200; })) << sidecar.log();
  for (int i = 0; i < 50; ++i) get(sidecar.port("ingress.port"), "/");
  get(admin, "/metrics");
  EXPECT_LE(sidecar.residentKiB(), 12u * 1024);
  RecordProperty("rss_kib", static_cast<int>(sidecar.residentKiB()));
}

// As in a pod: heartbeats over TLS, metrics scraped. The pages that only starting needed are let
// go.
TEST(SidecarProgram, IdlesInTenMegabytesWithHeartbeatsOverTls) {
  Backend service("service");
  testing::TestCa ca;
  testing::FakeOperator op(ca);
  char directory[] = "/tmp/idle-XXXXXX";
  ASSERT_NE(::mkdtemp(directory), nullptr);
  const std::string caFile = std::string(directory) + "/ca.crt";
  const std::string tokenFile = std::string(directory) + "/token";
  std::ofstream(caFile) << ca.certificate();
  std::ofstream(tokenFile) << "first-token";
  SidecarProcess sidecar(yamlFor(
      service, "",
      "{address: \"" + op.address() + "\", caFile: " + caFile + ", tokenFile: " + tokenFile + "}"));
  const auto admin = sidecar.port("admin.port");
  ASSERT_TRUE(eventually([&] { return op.beats() > 2; })) << sidecar.log();
  EXPECT_TRUE(eventually([&] {
    return get(admin, "/metrics").status == 200 && sidecar.residentKiB() <= 10u * 1024;
  })) << sidecar.residentKiB()
      << " KiB\n"
      << sidecar.log();
  const int before = op.beats();
  EXPECT_TRUE(eventually([&] { return op.beats() > before; }));
  EXPECT_EQ(get(sidecar.port("ingress.port"), "/v1/x").status, 200);
  RecordProperty("rss_kib", static_cast<int>(sidecar.residentKiB()));
  std::filesystem::remove_all(directory);
}
#endif

TEST(SidecarProgram, UnreadyWhileItsServiceFailsAndReadyAgain) {
  std::atomic<bool> well{true};
  Backend service("service", [&](const http::Request&) {
    http::Response response;
    response.status = well ? 200 : 503;
    return response;
  });
  SidecarProcess sidecar(yamlFor(service));
  const auto admin = sidecar.port("admin.port");
  ASSERT_TRUE(eventually([&] { return get(admin, "/readyz").status == 200; }));
  well = false;
  ASSERT_TRUE(eventually([&] { return get(admin, "/readyz").status == 503; }));
  EXPECT_THAT(get(admin, "/readyz").body, HasSubstr("answered 503"));
  EXPECT_EQ(get(admin, "/healthz").status, 200) << "the sidecar itself is well";
  well = true;
  EXPECT_TRUE(eventually([&] { return get(admin, "/readyz").status == 200; }));
}

TEST(SidecarProgram, DrainLosesNothingAndExitsZero) {
  Backend service("service", [](const http::Request& request) {
    if (request.target == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    return http::Response{};
  });
  SidecarProcess sidecar(yamlFor(service, "drain: {settleMs: 700, timeoutMs: 20000}\n"));
  const auto admin = sidecar.port("admin.port");
  const auto ingress = sidecar.port("ingress.port");
  ASSERT_TRUE(eventually([&] { return get(admin, "/readyz").status == 200; }));

  // Peers: they go on as before until they learn that the pod is unready.
  std::atomic<int> served{0}, lost{0};
  std::atomic<bool> unready{false};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      while (!unready) {
        RawClient client(ingress);
        Answer answer;
        do {
          if (!client.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n")) break;
          answer = readAnswer(client);
          answer.status == 200 ? ++served : ++lost;
        } while (!unready && answer.status == 200 && !answer.has("Connection: close"));
      }
    });
  }
  ASSERT_TRUE(eventually([&] { return served > 100; }));
  std::thread slow([&] {
    RawClient client(ingress);
    client.send("GET /slow HTTP/1.1\r\nHost: s\r\n\r\n");
    EXPECT_EQ(readAnswer(client).status, 200) << "in flight when the port closed";
  });
  ASSERT_TRUE(eventually([&] { return service.requests() > 0 && served > 150; }));
  sidecar.signal(SIGTERM);
  EXPECT_TRUE(eventually([&] { return get(admin, "/readyz").status == 503; }));
  const int whenUnready = served;
  EXPECT_TRUE(eventually([&] { return served > whenUnready + 20; })) << "still served";
  unready = true;
  for (std::thread& client : clients) client.join();
  slow.join();
  EXPECT_EQ(sidecar.wait(), 0) << sidecar.log();
  EXPECT_EQ(lost, 0);
}

TEST(SidecarProgram, ThePreStopHookWaitsForTheDrainAndNeedsTheToken) {
  std::atomic<bool> release{false};
  Backend service("service", [&](const http::Request& request) {
    if (request.target == "/held") eventually([&] { return release.load(); });
    return http::Response{};
  });
  SidecarProcess sidecar(yamlFor(service, "drain: {settleMs: 50, timeoutMs: 20000}\n"));
  const auto admin = sidecar.port("admin.port");
  const auto ingress = sidecar.port("ingress.port");
  ASSERT_TRUE(eventually([&] { return get(admin, "/readyz").status == 200; }));

  EXPECT_EQ(drainCall(admin, "guess").status, 403);
  EXPECT_EQ(get(admin, "/drain").status, 403);
  EXPECT_EQ(get(admin, "/readyz").status, 200) << "a stranger cannot drain us";

  RawClient held(ingress);
  held.send("GET /held HTTP/1.1\r\nHost: s\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return service.requests() > 0; }));
  std::atomic<int> hook{0};
  std::thread preStop([&] { hook = drainCall(admin, "secret").status; });
  ASSERT_TRUE(eventually([&] { return get(admin, "/readyz").status == 503; }));
  ASSERT_TRUE(eventually([&] { return !RawClient(ingress).connected(); }));
  EXPECT_EQ(hook, 0) << "a request is still in flight";
  release = true;
  EXPECT_EQ(readAnswer(held).status, 200);
  preStop.join();
  EXPECT_EQ(hook, 200);
  EXPECT_EQ(get(admin, "/healthz").status, 200) << "the sidecar lives on until SIGTERM";
  sidecar.signal(SIGTERM);
  EXPECT_EQ(sidecar.wait(), 0);
}

TEST(SidecarProgram, ADrainThatCannotFinishIsBounded) {
  std::atomic<bool> release{false};
  Backend service("service", [&](const http::Request& request) {
    if (request.target == "/held") eventually([&] { return release.load(); });
    return http::Response{};
  });
  SidecarProcess sidecar(yamlFor(service, "drain: {settleMs: 10, timeoutMs: 200}\n"));
  RawClient held(sidecar.port("ingress.port"));
  held.send("GET /held HTTP/1.1\r\nHost: s\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return service.requests() > 0; }));
  sidecar.signal(SIGTERM);
  EXPECT_EQ(sidecar.wait(), 0);
  EXPECT_THAT(sidecar.log(), HasSubstr("drain timed out"));
  release = true;
}

TEST(SidecarProgram, AWrongConfigurationIsOneSentenceAndExitTwo) {
  SidecarProcess sidecar("guide: demo\nnamespace: shop\ncomponent: search\nworkers: none\n");
  EXPECT_EQ(sidecar.wait(), 2);
  EXPECT_THAT(sidecar.log(),
              HasSubstr("workers is \"none\": it must be a whole number from 1 to 64"));
}

TEST(SidecarProgram, APortInUseIsSaidAndExitOne) {
  Backend taken("taken");
  SidecarProcess sidecar("guide: demo\nnamespace: shop\ncomponent: search\ningress: {listen: \"" +
                         taken.address() + "\"}\n");
  EXPECT_EQ(sidecar.wait(), 1);
  EXPECT_THAT(sidecar.log(), HasSubstr("cannot listen on " + taken.address()));
}

}  // namespace
}  // namespace shopkeeper::sidecar
