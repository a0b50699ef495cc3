// Services that are not well, behind sidecars that know it: they refuse, callers go elsewhere.
#include <gmock/gmock.h>

#include "tests/integration/sidecar/proxy_fixture.h"
#include "tests/integration/sidecar/sidecar_process.h"

namespace shopkeeper::sidecar {
namespace {

using ::testing::HasSubstr;

// The ingress of another pod, whose probe the test plays.
struct Pod {
  explicit Pod(const std::string& name) : service(name) {
    SidecarConfig config;
    config.guide = "demo";
    config.nameSpace = "shop";
    config.component = name;
    config.ingress.listen = config.egress.listen = {"127.0.0.1", 0};
    config.ingress.service = {"127.0.0.1", service.port()};
    auto started = DataPlane::start(config, state, table, systemClock());
    if (!started) throw std::runtime_error(started.error().message());
    plane = std::move(*started);
    state.setService(true, "");
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(plane->ingressPort()); }
  void fall() { state.setService(false, "answered 200 without \"ready\""); }

  Backend service;
  SharedState state;
  UpstreamTable table{systemClock(), {}};
  std::unique_ptr<DataPlane> plane;
};

using UnwellTest = ProxyTest;

TEST_F(UnwellTest, APodWhoseServiceIsUnwellIsPassedOverEvenByAPost) {
  Pod a("a"), b("b");
  upstream("search", {a.address(), b.address()});
  start(1);
  a.fall();
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(get(egress(), "/", "search").has("X-Backend: b"));
    EXPECT_TRUE(get(egress(), "/", "search", "POST", "order").has("X-Backend: b"));
  }
  EXPECT_TRUE(eventually([&] {  // chance decides when it has refused twice in a row
    EXPECT_TRUE(get(egress(), "/", "search").has("X-Backend: b"));
    return view("search").endpoints[0].ejections >= 1;
  }));
  EXPECT_EQ(a.service.requests(), 0);
  a.state.setService(true, "");
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(get(egress(), "/", "search").status, 200);
    return a.service.requests() > 3;
  })) << "and is used again when it is well";
}

TEST_F(UnwellTest, TheOnlyPodServesHoweverUnwell) {
  Pod only("only");
  upstream("search", {only.address()});
  start(1);
  only.fall();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(get(egress(), "/", "search").status, 200);
    EXPECT_EQ(get(egress(), "/", "search", "POST", "order").status, 200);
  }
  EXPECT_EQ(only.service.requests(), 20);
}

TEST_F(UnwellTest, WhereAllPodsAreUnwellTheLastOneTriedServes) {
  Pod a("a"), b("b"), c("c");
  upstream("search", {a.address(), b.address(), c.address()});
  start(1);
  for (Pod* each : {&a, &b, &c}) each->fall();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get(egress(), "/", "search").status, 200);
  EXPECT_EQ(a.service.requests() + b.service.requests() + c.service.requests(), 20);
}

TEST_F(UnwellTest, AServiceThatNeverWasWellAndOneThatDrainsAreAsked) {
  Pod pod("pod");
  pod.fall();
  const auto ask = [&](const std::string& headers) {
    RawClient client(pod.plane->ingressPort());
    client.send("GET / HTTP/1.1\r\nHost: s\r\n" + headers + "\r\n");
    return readAnswer(client);
  };
  const std::string sidecar = "X-Shopkeeper-Deadline-Ms: 5000\r\n";
  const Answer refused = ask(sidecar);
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.has("X-Shopkeeper-Error: unhealthy\r\n"));
  EXPECT_FALSE(refused.has("Connection: close")) << "the caller keeps its connection";
  EXPECT_EQ(pod.service.requests(), 0);
  EXPECT_EQ(ask(sidecar + "X-Shopkeeper-Last-Resort: 1\r\n").status, 200);
  EXPECT_EQ(ask(sidecar + "X-Shopkeeper-Last-Resort: 0\r\n").status, 503);
  EXPECT_EQ(ask("").status, 200) << "a browser has no other pod to try";
  pod.state.setDraining();
  EXPECT_EQ(ask(sidecar).status, 200);

  Backend service("service");
  state_.setService(false, "not probed yet");
  start(service.port());
  EXPECT_EQ(get(ingress(), "/").status, 200) << "it may be starting";
}

TEST_F(UnwellTest, ALargePostThatIsRefusedIsAnsweredAndNotCutOff) {
  Pod pod("pod");
  pod.fall();
  RawClient client(pod.plane->ingressPort());
  client.send(
      "POST / HTTP/1.1\r\nHost: s\r\nX-Shopkeeper-Deadline-Ms: 5000\r\nContent-Length: "
      "900000\r\n\r\n" +
      std::string(900'000, 'x'));
  const Answer refused = readAnswer(client);
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.has("X-Shopkeeper-Error: unhealthy\r\n"));
}

// A service that goes on answering 200, but wrongly.
TEST_F(UnwellTest, AWrongBodyCostsAtMostTheAnswersUntilTheNextProbe) {
  constexpr const char* kRight = "I am ready to serve tea.";
  std::atomic<bool> wrong{false};
  Backend lying("lying", [&](const http::Request&) {
    http::Response response;
    response.body = wrong ? "under construction" : kRight;
    return response;
  });
  Backend good("good", [](const http::Request&) {
    http::Response response;
    response.body = kRight;
    return response;
  });
  // A hundred rounds would outlast the test: one wrong answer is enough.
  const std::string probe = "{expect: ready to serve tea, intervalMs: 300, failureThreshold: 100}";
  SidecarProcess a(yamlFor(lying, "", kNoOperator, probe));
  SidecarProcess b(yamlFor(good, "", kNoOperator, probe));
  const auto admin = a.port("admin.port");
  const auto address = [](SidecarProcess& of) {
    return "127.0.0.1:" + std::to_string(of.port("ingress.port"));
  };
  upstream("search", {address(a), address(b)});
  start(1);
  for (SidecarProcess* each : {&a, &b}) {
    ASSERT_TRUE(eventually([&] { return get(each->port("admin.port"), "/readyz").status == 200; }));
  }
  wrong = true;
  ASSERT_TRUE(eventually([&] { return get(admin, "/readyz").status == 503; }));
  EXPECT_THAT(get(admin, "/readyz").body, HasSubstr("answered 200 without \"ready to serve tea\""));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(get(egress(), "/", "search").body, kRight);
  wrong = false;
  ASSERT_TRUE(eventually([&] { return get(admin, "/readyz").status == 200; }));
}

}  // namespace
}  // namespace shopkeeper::sidecar
