// TCP mode: a plain pass-through to an endpoint of an upstream.
#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

class TcpTest : public ProxyTest {
 protected:
  TcpTest() {
    EgressTcpConfig port;
    port.name = "database";
    port.upstream = "knowledge";
    config_.egress.tcp.push_back(port);
  }
  std::uint16_t port() const { return plane_->tcpPort(0); }
  DoorCounts counts() const { return plane_->tcpCounts().at(0).second; }
  // Says its name first, as PostgreSQL does not but SSH does; then echoes; then says goodbye.
  static std::unique_ptr<RawServer> echo(const std::string& name) {
    return std::make_unique<RawServer>([name](RawConnection& connection, int) {
      connection.write(name + "\n");
      for (;;) {
        const std::string piece = connection.readSome();
        if (piece.empty()) break;
        connection.write(piece);
      }
      connection.write("bye");
    });
  }
  static std::string addressOf(const RawServer& server) {
    return "127.0.0.1:" + std::to_string(server.port());
  }
  static std::string until(RawClient& client, const std::string& end) {
    return client.readUntil(
        [&](const std::string& text) { return text.find(end) != std::string::npos; });
  }
};

TEST_F(TcpTest, BytesPassBothWaysAndEachDirectionEndsByItself) {
  const auto database = echo("a");
  start(1);
  upstream("knowledge", {addressOf(*database)});
  RawClient client(port());
  EXPECT_EQ(until(client, "\n"), "a\n");
  const std::string large(500'000, 'x');
  client.send(large + "!");
  EXPECT_EQ(until(client, "!"), large + "!");
  client.halfClose();
  EXPECT_EQ(client.readAll(), "bye");
  EXPECT_TRUE(eventually([&] { return counts().open == 0; }));
  EXPECT_EQ(counts().bytesIn, large.size() + 1);
  EXPECT_EQ(view("knowledge").endpoints[0].counts.errors, 0u);
}

TEST_F(TcpTest, AConnectThatFailsIsMadeElsewhereAndTheDeadEndpointIsOut) {
  const auto database = echo("b");
  start(1);
  upstream("knowledge", {"127.0.0.1:1", addressOf(*database)});
  for (int i = 0; i < 8; ++i) {
    RawClient client(port());
    EXPECT_EQ(until(client, "\n"), "b\n") << i;
  }
  EXPECT_EQ(view("knowledge").endpoints[0].state, EndpointHealth::State::Ejected);
  EXPECT_EQ(view("knowledge").endpoints[1].counts.errors, 0u);
}

TEST_F(TcpTest, WithoutAnEndpointTheClientGetsAReset) {
  start(1);
  RawClient unknown(port());
  EXPECT_EQ(unknown.readAll(), "");
  EXPECT_TRUE(unknown.closedByPeer());
  upstream("knowledge", {"127.0.0.1:1"});
  RawClient refused(port());
  EXPECT_EQ(refused.readAll(), "");
  EXPECT_TRUE(refused.closedByPeer());
  EXPECT_EQ(counts().ownAnswers, 2u);
}

TEST_F(TcpTest, ConnectionsThatBreakTakeTheirEndpointOut) {
  RawServer breaking([](RawConnection& connection, int) {
    connection.readSome();
    connection.reset();
  });
  const auto other = echo("b");
  start(1);
  upstream("knowledge", {addressOf(breaking), addressOf(*other)});
  EXPECT_TRUE(eventually([&] {
    RawClient client(port());
    client.send("x");
    client.halfClose();
    client.readAll();
    return view("knowledge").endpoints[0].state == EndpointHealth::State::Ejected;
  }));
  EXPECT_EQ(view("knowledge").endpoints[1].state, EndpointHealth::State::Healthy);
}

TEST_F(TcpTest, AnIdleConnectionEnds) {
  config_.egress.tcp[0].idleTimeout = milliseconds(200);
  const auto database = echo("c");
  start(1);
  upstream("knowledge", {addressOf(*database)});
  RawClient client(port());
  EXPECT_EQ(client.readAll(), "c\n");
  EXPECT_TRUE(client.closedByPeer());
  EXPECT_EQ(counts().timedOut, 1u);
  EXPECT_EQ(view("knowledge").endpoints[0].state, EndpointHealth::State::Healthy);
}

TEST_F(TcpTest, BeyondTheLimitNewcomersWait) {
  config_.egress.tcp[0].maxConnections = 2;
  const auto database = echo("d");
  start(1);
  upstream("knowledge", {addressOf(*database)});
  auto first = std::make_unique<RawClient>(port());
  RawClient second(port());
  until(*first, "\n");
  until(second, "\n");
  RawClient third(port());
  EXPECT_EQ(third.readUntil([](const auto& text) { return !text.empty(); }, milliseconds(200)), "");
  first.reset();
  EXPECT_EQ(until(third, "\n"), "d\n");
}

}  // namespace
}  // namespace shopkeeper::sidecar
