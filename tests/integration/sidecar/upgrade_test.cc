// WebSockets: the 101 passes, then bytes both ways.
#include <mutex>

#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

const std::string kSwitch =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: abc\r\n\r\n";
const std::string kAsk =
    "GET /ws HTTP/1.1\r\nHost: search\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: key\r\n\r\n";

class UpgradeTest : public ProxyTest {
 protected:
  // Grants the upgrade, then echoes until the client ends its direction, then says goodbye.
  std::unique_ptr<RawServer> echo() {
    return std::make_unique<RawServer>([this](RawConnection& connection, int) {
      {
        std::lock_guard lock(mutex_);
        head_ = connection.readHead();
      }
      connection.write(kSwitch + "welcome ");
      for (;;) {
        const std::string piece = connection.readSome();
        if (piece.empty()) break;
        connection.write(piece);
      }
      connection.write("bye");
    });
  }

  std::mutex mutex_;
  std::string head_;
};

TEST_F(UpgradeTest, BytesPassBothWaysAtBothDoorsAndHalfCloseToo) {
  const auto service = echo();
  start(service->port());
  // egress -> this very ingress -> service, as between two pods
  upstream("search", {"127.0.0.1:" + std::to_string(ingress())});
  for (const std::uint16_t port : {ingress(), egress()}) {
    RawClient client(port);
    client.send(kAsk + "early ");
    const std::string first = readTo(client, "early ");
    EXPECT_TRUE(first.starts_with("HTTP/1.1 101 ")) << first;
    EXPECT_NE(first.find("Upgrade: websocket\r\n"), std::string::npos);
    EXPECT_NE(first.find("Connection: upgrade\r\n"), std::string::npos);
    EXPECT_NE(first.find("Sec-WebSocket-Accept: abc\r\n"), std::string::npos);
    EXPECT_TRUE(first.ends_with("\r\n\r\nwelcome early ")) << first;
    const std::string large(300'000, 'x');
    client.send(large + "!");
    EXPECT_EQ(readTo(client, "!"), large + "!");
    client.halfClose();
    EXPECT_EQ(client.readAll(), "bye");
    EXPECT_TRUE(client.closedByPeer());
    std::lock_guard lock(mutex_);
    EXPECT_EQ(countOf(head_, "Upgrade: websocket\r\n"), 1u);
    EXPECT_EQ(countOf(head_, "Connection: upgrade\r\n"), 1u);
    EXPECT_NE(head_.find("Sec-WebSocket-Key: key"), std::string::npos);
  }
  EXPECT_TRUE(eventually([&] { return plane_->ingressCounts().open == 0; }));
  EXPECT_EQ(plane_->ingressCounts().byClass[1], 2u);
  EXPECT_EQ(view("search").endpoints[0].counts.errors, 0u);
}

TEST_F(UpgradeTest, AnyOtherAnswerIsPassedOnAndTheConnectionStaysHttp) {
  RawServer service([](RawConnection& connection, int) {
    connection.readHead();
    connection.write(fixedResponse(426, "Upgrade: websocket\r\n", "no"));
    connection.readHead();
    connection.write(fixedResponse(200, "", "plain"));
    connection.waitForClose(20'000);
  });
  start(service.port());
  RawClient client(ingress());
  client.send(kAsk);
  EXPECT_EQ(readAnswer(client).status, 426);
  client.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_EQ(readAnswer(client).body, "plain");
}

TEST_F(UpgradeTest, OnlyWebSocketsAndOnlyAsTheStandardSaysAreAskedFor) {
  std::mutex mutex;
  std::vector<std::string> heads;
  RawServer service([&](RawConnection& connection, int) {
    for (;;) {
      const std::string head = connection.readRequest();
      if (head.empty()) return;
      {
        std::lock_guard lock(mutex);
        heads.push_back(head);
      }
      connection.write(fixedResponse(200, "", "ok"));
    }
  });
  start(service.port());
  const std::string version = " HTTP/1.1\r\nHost: s\r\n";
  for (const std::string& request :
       {"GET /1" + version +
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
            "HTTP2-Settings: AAM\r\n\r\n",
        "GET /2" + version + "Upgrade: websocket\r\n\r\n",  // not named in Connection
        "GET /3" + version + "Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n\r\n",
        "POST /4" + version +
            "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx",
        "GET /5" + version + "Connection: Upgrade\r\n\r\n",
        std::string("GET /6 HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")}) {
    RawClient client(ingress());
    client.send(request);
    EXPECT_EQ(readAnswer(client).status, 200) << request;
  }
  std::lock_guard lock(mutex);
  ASSERT_EQ(heads.size(), 6u);
  for (const std::string& head : heads) {
    EXPECT_EQ(head.find("pgrade"), std::string::npos) << head;
    EXPECT_EQ(head.find("HTTP2"), std::string::npos) << head;
  }
}

TEST_F(UpgradeTest, ASwitchToSomethingElseIs502) {
  for (const char* fields : {"Connection: Upgrade\r\nUpgrade: h2c\r\n", "Upgrade: websocket\r\n",
                             "Connection: Upgrade\r\n"}) {
    RawServer service([&](RawConnection& connection, int) {
      connection.readHead();
      connection.write("HTTP/1.1 101 Switching Protocols\r\n" + std::string(fields) + "\r\n");
      connection.waitForClose(20'000);
    });
    start(service.port());
    RawClient client(ingress());
    client.send(kAsk);
    EXPECT_EQ(readAnswer(client).status, 502) << fields;
  }
}

TEST_F(UpgradeTest, ATunnelWithoutBytesEnds) {
  const auto service = echo();
  config_.ingress.limits.streamIdleTimeout = milliseconds(300);
  config_.ingress.requestTimeout = milliseconds(200);  // ends with the 101, not the tunnel
  start(service->port());
  RawClient client(ingress());
  client.send(kAsk);
  readTo(client, "welcome ");
  for (int i = 0; i < 10; ++i) {  // bytes keep it open beyond both limits
    client.send("x");
    EXPECT_EQ(readTo(client, "x"), "x") << i;
    client.readUntil([](const std::string&) { return false; }, milliseconds(60));
  }
  EXPECT_FALSE(client.closedByPeer());
  client.readAll();
  EXPECT_TRUE(client.closedByPeer());
  EXPECT_EQ(plane_->ingressCounts().timedOut, 1u);
}

TEST_F(UpgradeTest, APeerThatBreaksEndsTheOtherSide) {
  RawServer service([&](RawConnection& connection, int) {
    connection.readHead();
    connection.write(kSwitch);
    connection.readSome();
    connection.reset();
  });
  start(service.port());
  RawClient client(ingress());
  client.send(kAsk);
  readTo(client, "\r\n\r\n");
  client.send("x");
  client.readAll();
  EXPECT_TRUE(client.closedByPeer());
  EXPECT_TRUE(eventually([&] { return plane_->ingressCounts().open == 0; }));
}

TEST_F(UpgradeTest, ClosingTheDataPlaneEndsTunnels) {
  const auto service = echo();
  start(service->port());
  RawClient client(ingress());
  client.send(kAsk);
  readTo(client, "welcome ");
  plane_.reset();
  client.readAll();
  EXPECT_TRUE(client.closedByPeer());
}

}  // namespace
}  // namespace shopkeeper::sidecar
