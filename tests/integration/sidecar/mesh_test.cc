// Mutual TLS between sidecars: what passes.
#include <gmock/gmock.h>

#include "tests/integration/sidecar/mesh_fixture.h"
#include "tests/integration/sidecar/sidecar_process.h"

namespace shopkeeper::sidecar {
namespace {

TEST_F(MeshTest, StrictSidecarsTalkAndKeepTheirConnections) {
  Backend service("service");
  startPeer(service.port(), identity("peer", ca_, MeshMode::Strict, "search"));
  startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
  RawClient client(egress());
  for (int i = 0; i < 5; ++i) {
    client.send("POST /v1/x HTTP/1.1\r\nHost: search\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_EQ(readAnswer(client).body, "service POST /v1/x") << i;
  }
  EXPECT_EQ(peer_->ingressCounts().accepted, 1u);
  EXPECT_EQ(peer_->ingressCounts().secured, 1u);
  EXPECT_EQ(plane_->egressCounts().secured, 1u);
}

TEST_F(MeshTest, LargeBodiesPassBothWays) {
  const std::string large(5'000'000, 'x');
  Backend service("service", [&](const http::Request& request) {
    http::Response response;
    response.body = request.body + request.body;
    return response;
  });
  startPeer(service.port(), identity("peer", ca_, MeshMode::Strict, "search"));
  startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
  const std::string sent = large.substr(0, 900'000);
  const Answer answer = get(egress(), "/v1/y", "search", "PUT", sent);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body == sent + sent) << answer.body.size();
  EXPECT_EQ(peer_->ingressCounts().secured, 1u);
}

TEST_F(MeshTest, WebSocketsPassAndEachDirectionEndsByItself) {
  RawServer service([](RawConnection& connection, int) {
    connection.readHead();
    connection.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    for (;;) {
      const std::string piece = connection.readSome();
      if (piece.empty()) break;
      connection.write(piece);
    }
    connection.write("bye");
  });
  startPeer(service.port(), identity("peer", ca_, MeshMode::Strict, "search"));
  startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
  RawClient client(egress());
  client.send(
      "GET /ws HTTP/1.1\r\nHost: search\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_TRUE(readAnswer(client).has("101 Switching"));
  const std::string large(300'000, 'x');
  client.send(large + "!");
  EXPECT_EQ(client.readUntil([](const std::string& text) { return text.ends_with("!"); }),
            large + "!");
  client.halfClose();
  EXPECT_EQ(client.readAll(), "bye");
  EXPECT_EQ(peer_->ingressCounts().secured, 1u);
  EXPECT_EQ(view("search").endpoints[0].counts.errors, 0u);
}

// Databases are no sidecars.
TEST_F(MeshTest, TcpModeStaysPlain) {
  RawServer database([](RawConnection& connection, int) { connection.write("hello"); });
  EgressTcpConfig port;
  port.name = "database";
  port.upstream = "database";
  config_.egress.tcp.push_back(port);
  startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
  upstream("database", {"127.0.0.1:" + std::to_string(database.port())});
  RawClient client(plane_->tcpPort(0));
  EXPECT_EQ(client.readAll(), "hello");
}

TEST_F(MeshTest, PermissiveTakesBoth) {
  Backend service("service");
  startPeer(service.port(), identity("peer", ca_, MeshMode::Permissive, "search"));
  startCaller({});
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200);
  EXPECT_EQ(peer_->ingressCounts().secured, 0u);
  startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200);
  EXPECT_EQ(peer_->ingressCounts().secured, 1u);
}

TEST_F(MeshTest, APermissiveCallerStillReachesAPeerWithoutTlsAndAStrictOneDoesNot) {
  Backend service("service");
  startPeer(service.port(), {});
  startCaller(identity("caller", ca_, MeshMode::Permissive, "ui"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200) << i;
  EXPECT_EQ(view("search").endpoints[0].counts.errors, 0u);
  startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 503);
  EXPECT_EQ(refused(plane_->egressCounts(), MeshRefusal::Plain), 1u);
}

// The page's sidecar: browsers come without TLS, its own calls insist on it.
TEST_F(MeshTest, AStrictSidecarWithAPermissiveIngressServesBrowsersAndCallsWithTlsOnly) {
  Backend service("service");
  MeshConfig page = identity("ui", ca_, MeshMode::Strict, "ui");
  page.ingress = MeshMode::Permissive;
  config_.mesh = page;
  start(service.port());
  EXPECT_EQ(get(ingress(), "/v1/x").status, 200);
  const auto peer = ca_.issue("x", {"URI:spiffe://demo.shop/search"});
  TlsClient secured(ingress(), &peer);
  EXPECT_EQ(secured.get("/v1/x"), 200);

  startPeer(service.port(), {});
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 503);
  startPeer(service.port(), identity("peer", ca_, MeshMode::Strict, "search"));
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200);
}

TEST_F(MeshTest, TheProgramShowsItsCertificateOnAnAdminPortThatStaysPlain) {
  using ::testing::HasSubstr;
  Backend service("service");
  const MeshConfig mesh = identity("search", ca_, MeshMode::Strict, "search");
  SidecarProcess sidecar(yamlFor(service, "mesh: {mode: Strict, certFile: " + mesh.certFile +
                                              ", keyFile: " + mesh.keyFile +
                                              ", caFile: " + mesh.caFile + "}\n"));
  const auto admin = sidecar.port("admin.port");
  ASSERT_NE(admin, 0) << sidecar.log();
  EXPECT_TRUE(eventually([&] { return get(admin, "/readyz").status == 200; })) << sidecar.log();
  const auto ui = ca_.issue("x", {"URI:spiffe://demo.shop/ui"});
  EXPECT_EQ(TlsClient(sidecar.port("ingress.port"), &ui).get("/v1/x"), 200);
  EXPECT_EQ(get(sidecar.port("ingress.port"), "/v1/x").status, 0);
  const std::string metrics = get(admin, "/metrics").body;
  for (const char* line :
       {"mesh_certificate_expiration_timestamp_seconds 1", "mesh_certificates_total 1",
        "mesh_connections_total{door=\"ingress\"} 1", "mesh_connections_total{door=\"egress\"} 0",
        "mesh_refused_total{door=\"ingress\",reason=\"plain\"} 1",
        "mesh_refused_total{door=\"ingress\",reason=\"expired\"} 0"}) {
    EXPECT_THAT(metrics, HasSubstr("shopkeeper_sidecar_" + std::string(line)));
  }
}

TEST_F(MeshTest, FilesThatDoNotWorkAreRefusedAtTheStart) {
  auto torn = ca_.issue("x", {"URI:spiffe://demo.shop/search"});
  torn.key = ca_.issue("y", {"DNS:y"}).key;
  SidecarConfig config = config_;
  config.mesh = mount("peer", MeshMode::Strict, torn, ca_.certificate());
  const auto plane = DataPlane::start(config, state_, table_, systemClock());
  ASSERT_FALSE(plane);
  EXPECT_NE(plane.error().message().find("tls.key"), std::string::npos) << plane.error().message();
}

}  // namespace
}  // namespace shopkeeper::sidecar
