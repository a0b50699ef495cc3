// Mutual TLS between sidecars: streams, trailers, ends and limits are as without it.
#include "tests/integration/sidecar/mesh_fixture.h"

namespace shopkeeper::sidecar {
namespace {

class MeshStreamTest : public MeshTest {
 protected:
  // Caller and peer in front of `service`.
  void begin(const RawServer& service) {
    startPeer(service.port(), identity("peer", ca_, MeshMode::Strict, "search"));
    startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
  }
  void expectWell() const {
    EXPECT_EQ(peer_->ingressCounts().secured, peer_->ingressCounts().accepted);
    EXPECT_EQ(view("search").endpoints[0].counts.errors, 0u);
  }
};

TEST_F(MeshStreamTest, EachEventArrivesBeforeTheNextIsMade) {
  std::atomic<int> seen{0};
  RawServer service([&](RawConnection& connection, int) {
    connection.readHead();
    connection.write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 1; i <= 5; ++i) {
      connection.writeChunk("data: " + std::to_string(i) + "\n\n");
      if (!eventually([&] { return seen >= i; })) return;
    }
    connection.write("0\r\n\r\n");
    connection.waitForClose(20'000);
  });
  begin(service);
  RawClient client(egress());
  client.send("GET /events HTTP/1.1\r\nHost: search\r\n\r\n");
  for (int i = 1; i <= 5; ++i) {
    const std::string event = "data: " + std::to_string(i) + "\n\n";
    ASSERT_NE(readTo(client, event).find(event), std::string::npos) << i;
    seen = i;
  }
  EXPECT_TRUE(readTo(client, "0\r\n\r\n").ends_with("0\r\n\r\n"));
  expectWell();
}

TEST_F(MeshStreamTest, TrailersPassBothWays) {
  std::atomic<bool> came{false};
  RawServer service([&](RawConnection& connection, int) {
    std::string text = connection.readHead();
    while (text.find("X-Sum: 9\r\n\r\n") == text.npos) {
      const std::string piece = connection.readSome();
      if (piece.empty()) return;
      text += piece;
    }
    came = true;
    connection.write(
        "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n");
    connection.waitForClose(20'000);
  });
  begin(service);
  RawClient client(egress());
  client.send(
      "POST /v1/x HTTP/1.1\r\nHost: search\r\nTE: trailers\r\nConnection: TE\r\n"
      "Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n");
  EXPECT_TRUE(readTo(client, "X-Sum: 7\r\n\r\n").ends_with("0\r\nX-Sum: 7\r\n\r\n"));
  EXPECT_TRUE(came);
  expectWell();
}

TEST_F(MeshStreamTest, AClientThatClosedIsNoticedAtTheServiceToo) {
  std::atomic<bool> waiting{false}, left{false};
  RawServer service([&](RawConnection& connection, int) {
    connection.readHead();
    waiting = true;
    left = connection.waitForClose(20'000);
  });
  begin(service);
  {
    RawClient client(egress());
    client.send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return waiting.load(); }));
  }
  EXPECT_TRUE(eventually([&] { return left.load(); }));
  expectWell();
}

TEST_F(MeshStreamTest, AnAnswerCutOffLooksCutOffToTheClient) {
  RawServer service([](RawConnection& connection, int) {
    connection.readHead();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  });
  begin(service);
  RawClient client(egress());
  client.send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
  const std::string got = client.readAll();
  EXPECT_TRUE(client.closedByPeer());
  EXPECT_EQ(got.find("abcd"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return view("search").endpoints[0].counts.errors == 1; }));
}

}  // namespace
}  // namespace shopkeeper::sidecar
