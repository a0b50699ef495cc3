// What well-behaved clients and services may rely on.
#include <mutex>
#include <thread>

#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

class RelayTest : public ProxyTest {
 protected:
  // A service that answers each request with the next of `answers`, then closes where one ends in
  // "!close".
  std::unique_ptr<RawServer> scripted(std::vector<std::string> answers) {
    return std::make_unique<RawServer>([this, answers](RawConnection& connection, int) {
      for (std::string answer : answers) {
        const std::string request = connection.readRequest();
        if (request.empty()) return;
        {
          std::lock_guard lock(mutex_);
          requests_.push_back(request);
        }
        const bool close = answer.ends_with("!close");
        if (close) answer.resize(answer.size() - 6);
        connection.write(answer);
        if (close) return;
      }
      connection.waitForClose(20'000);
    });
  }
  std::string request(std::size_t index = 0) {
    std::lock_guard lock(mutex_);
    return index < requests_.size() ? requests_[index] : "";
  }
  std::size_t requestCount() {
    std::lock_guard lock(mutex_);
    return requests_.size();
  }

  std::mutex mutex_;
  std::vector<std::string> requests_;
};

TEST_F(RelayTest, HeadersAreForwardedAndThoseOfTheConnectionAreNot) {
  const auto service = scripted({fixedResponse(
      200,
      "X-Answer: 1\r\nConnection: X-Private\r\nX-Private: 2\r\nKeep-Alive: timeout=9\r\n"
      "X-Shopkeeper-Error: forged\r\n",
      "hello")});
  start(service->port());
  RawClient client(ingress());
  client.send(
      "GET /v1/x?a=%2F HTTP/1.1\r\nHost: shop\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n"
      "TE: trailers\r\nX-Kept: 1\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n");
  const Answer answer = readAnswer(client);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_TRUE(answer.has("X-Answer: 1"));
  EXPECT_FALSE(answer.has("X-Private"));
  EXPECT_FALSE(answer.has("Keep-Alive"));
  EXPECT_FALSE(answer.has("forged"));
  EXPECT_TRUE(request().starts_with("GET /v1/x?a=%2F HTTP/1.1\r\nHost: shop\r\n")) << request();
  EXPECT_EQ(request().find("X-Hop"), std::string::npos);
  EXPECT_EQ(request().find("TE:"), std::string::npos);
  EXPECT_NE(request().find("X-Kept: 1"), std::string::npos);
  EXPECT_NE(request().find("X-Forwarded-For: 9.9.9.9, 127.0.0.1\r\n"), std::string::npos);
  EXPECT_NE(request().find("X-Request-Id: "), std::string::npos);
}

TEST_F(RelayTest, AbsoluteFormBecomesAPathAndItsHostWins) {
  const auto service = scripted({fixedResponse(200, "", "ok")});
  start(service->port());
  RawClient client(ingress());
  client.send("GET http://real/v1/x HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(readAnswer(client).status, 200);
  EXPECT_TRUE(request().starts_with("GET /v1/x HTTP/1.1\r\nHost: real\r\n")) << request();
  EXPECT_EQ(request().find("other"), std::string::npos);
}

TEST_F(RelayTest, PipelinedRequestsAreAnsweredInOrderOnKeptConnections) {
  Backend service("service");
  start(service.port());
  RawClient client(ingress());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests +=
        "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: s\r\nContent-Length: 3\r\n\r\nabc";
  }
  client.send(requests);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(readAnswer(client).body, "service POST /" + std::to_string(i));
  }
  EXPECT_EQ(plane_->ingressCounts().accepted, 1u);
}

TEST_F(RelayTest, ConnectionsToTheServiceAreReused) {
  const auto service = scripted(std::vector<std::string>(10, fixedResponse(200, "", "ok")));
  start(service->port());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(get(ingress(), "/").status, 200);
  EXPECT_EQ(service->connections(), 1);
}

TEST_F(RelayTest, AnswersWithoutABodyKeepTheConnectionInStep) {
  const auto service = scripted(
      {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n",
       "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n", fixedResponse(200, "", "last")});
  start(service->port());
  RawClient client(ingress());
  client.send("HEAD / HTTP/1.1\r\nHost: s\r\n\r\n");
  const Answer head = readAnswer(client, /*headRequest=*/true);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Content-Length: 1000"));
  client.send("HEAD / HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_EQ(readAnswer(client, /*headRequest=*/true).status, 200);
  client.send("DELETE /x HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_EQ(readAnswer(client).status, 204);
  client.send("GET /x HTTP/1.1\r\nHost: s\r\n\r\n");
  const Answer unchanged = readAnswer(client);
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_TRUE(unchanged.has("Content-Length: 77"));
  client.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_EQ(readAnswer(client).body, "last");
  EXPECT_EQ(service->connections(), 1);
}

TEST_F(RelayTest, ChunkedBodiesPassBothWaysWithoutTrailers) {
  RawServer service([](RawConnection& connection, int) {
    std::string request = connection.readRequest();  // ends with the head: no length
    connection.write(testing::kChunkedHead);
    connection.writeChunk("one ");
    connection.writeChunk("two");
    connection.write("0\r\nX-Trailer: t\r\n\r\n");
    connection.waitForClose(20'000);
  });
  start(service.port());
  RawClient client(ingress());
  client.send(
      "POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;ext=1\r\nhello\r\n0\r\n\r\n");
  const Answer answer = readAnswer(client);
  EXPECT_EQ(answer.body, "one two");
  EXPECT_FALSE(answer.has("X-Trailer"));
}

TEST_F(RelayTest, ABodyThatEndsWithTheConnectionIsChunkedForTheClient) {
  const auto service = scripted({"HTTP/1.1 200 OK\r\n\r\nuntil the end!close"});
  start(service->port());
  RawClient client(ingress());
  client.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  const Answer answer = readAnswer(client);
  EXPECT_EQ(answer.body, "until the end");
  EXPECT_TRUE(answer.has("Transfer-Encoding: chunked"));
  client.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_EQ(readAnswer(client).status, 200) << "the client's connection goes on";
}

TEST_F(RelayTest, Http10ClientsGetNoChunksAndTheConnectionAsTheyAsked) {
  RawServer service([](RawConnection& connection, int) {
    while (!connection.readRequest().empty()) {
      connection.write(testing::kChunkedHead);
      connection.writeChunk("body");
      connection.write("0\r\n\r\n");
    }
  });
  start(service.port());
  RawClient closing(ingress());
  closing.send("GET / HTTP/1.0\r\n\r\n");
  const std::string text = closing.readAll();
  EXPECT_TRUE(text.ends_with("\r\n\r\nbody")) << text;
  EXPECT_EQ(text.find("chunked"), std::string::npos);

  Backend sized("sized");
  start(sized.port());
  RawClient keeping(ingress());
  keeping.send("GET /1 HTTP/1.0\r\nHost: s\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(readAnswer(keeping).has("Connection: keep-alive"));
  keeping.send("GET /2 HTTP/1.0\r\nHost: s\r\n\r\n");
  EXPECT_TRUE(readAnswer(keeping).has("Connection: close"));
  keeping.readAll();
  EXPECT_TRUE(keeping.closedByPeer());
}

TEST_F(RelayTest, AnAnswerCutOffLooksCutOffToTheClient) {
  const auto cut = scripted({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this!close"});
  start(cut->port());
  RawClient byLength(ingress());
  byLength.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  const std::string text = byLength.readAll();
  EXPECT_LT(text.size() - text.find("\r\n\r\n") - 4, 100u);
  EXPECT_TRUE(byLength.closedByPeer());

  const auto chunks = scripted({std::string(testing::kChunkedHead) + "4\r\npart\r\n!close"});
  start(chunks->port());
  RawClient byChunks(ingress());
  byChunks.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_EQ(countOf(byChunks.readAll(), "0\r\n\r\n"), 0u) << "no last chunk";
  EXPECT_TRUE(byChunks.closedByPeer());
  EXPECT_TRUE(eventually([&] { return plane_->service().view().endpoints[0].counts.errors == 1; }));
}

TEST_F(RelayTest, ContinueComesFromTheServiceAndTheBodyThen) {
  RawServer service([](RawConnection& connection, int) {
    // RawConnection::readRequest would wait for the body: write 100 first, as a service does.
    connection.write("HTTP/1.1 100 Continue\r\n\r\n");
    const std::string request = connection.readRequest();
    connection.write(fixedResponse(200, "", request.substr(request.size() - 5)));
    connection.waitForClose(20'000);
  });
  start(service.port());
  RawClient client(ingress());
  client.send("POST / HTTP/1.1\r\nHost: s\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(readAnswer(client).status, 100);
  client.send("hello");
  const Answer answer = readAnswer(client);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
}

TEST_F(RelayTest, AServiceThatNeverSaysContinueGetsTheBodyAnyway) {
  RawServer service([](RawConnection& connection, int) {
    const std::string request = connection.readRequest();
    connection.write(fixedResponse(200, "", request.substr(request.size() - 5)));
    connection.waitForClose(20'000);
  });
  start(service.port());
  RawClient client(ingress());
  client.send("POST / HTTP/1.1\r\nHost: s\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(readAnswer(client).status, 100);
  client.send("hello");
  EXPECT_EQ(readAnswer(client).body, "hello");
}

TEST_F(RelayTest, ARefusalInsteadOfContinueSparesTheBody) {
  RawServer service([](RawConnection& connection, int) {
    connection.write(fixedResponse(403, "", "no"));
    connection.waitForClose(20'000);
  });
  start(service.port());
  RawClient client(ingress());
  client.send("POST / HTTP/1.1\r\nHost: s\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  const Answer answer = readAnswer(client);
  EXPECT_EQ(answer.status, 403);
  EXPECT_TRUE(answer.has("Connection: close"));
}

TEST_F(RelayTest, EarlyHintsPassAndAnUnaskedUpgradeDoesNot) {
  const auto service =
      scripted({"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + fixedResponse(200, "", "ok")});
  start(service->port());
  RawClient client(ingress());
  client.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  const Answer hints = readAnswer(client);
  EXPECT_EQ(hints.status, 103);
  EXPECT_TRUE(hints.has("Link: </a>"));
  EXPECT_EQ(readAnswer(client).body, "ok");

  const auto switching = scripted({"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"});
  start(switching->port());
  EXPECT_EQ(get(ingress(), "/").status, 502);
}

TEST_F(RelayTest, AMalformedAnswerIs502) {
  for (const char* bad :
       {"nonsense\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n"}) {
    const auto service = scripted({bad, bad});
    start(service->port());
    const Answer answer = get(ingress(), "/");
    EXPECT_EQ(answer.status, 502) << bad;
    EXPECT_TRUE(answer.has("X-Shopkeeper-Error: reset"));
  }
}

TEST_F(RelayTest, AStaleKeptConnectionNeverShowsAtTheClient) {
  // Each connection answers once; the second request on it is met with a reset.
  RawServer service([](RawConnection& connection, int) {
    if (connection.readRequest().empty()) return;
    connection.write(fixedResponse(200, "", "ok"));
    connection.readRequest();
    connection.reset();
  });
  start(service.port());
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE"}) {
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(get(ingress(), "/", "s", method).status, 200) << method << i;
    }
  }
  EXPECT_EQ(plane_->service().view().endpoints[0].ejections, 0u);
}

TEST_F(RelayTest, AConnectionClosedWhileKeptIsNoticedEvenForAPost) {
  RawServer service([](RawConnection& connection, int) {
    if (connection.readRequest().empty()) return;
    connection.write(fixedResponse(200, "", "ok"));
  });
  start(service.port());
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(get(ingress(), "/", "s", "POST", "body").status, 200) << i;
    // The service's close must have arrived before the next request chooses a connection.
    ASSERT_TRUE(eventually([&] { return service.connections() == i + 1; }));
    std::this_thread::sleep_for(milliseconds(2));
  }
}

TEST_F(RelayTest, AServiceThatIsDownIs503AndOneThatHangsIs504) {
  start(1);
  const Answer down = get(ingress(), "/");
  EXPECT_EQ(down.status, 503);
  EXPECT_TRUE(down.has("X-Shopkeeper-Error: no-endpoint"));

  RawServer hanging([](RawConnection& connection, int) { connection.waitForClose(20'000); });
  config_.ingress.requestTimeout = milliseconds(300);
  start(hanging.port());
  const Answer late = get(ingress(), "/");
  EXPECT_EQ(late.status, 504);
  EXPECT_TRUE(late.has("X-Shopkeeper-Error: timeout"));
}

TEST_F(RelayTest, SeveralLoopsShareThePorts) {
  Backend service("service");
  config_.workers = 3;
  start(service.port());
  for (int i = 0; i < 60; ++i) EXPECT_EQ(get(ingress(), "/").status, 200);
  EXPECT_EQ(plane_->ingressCounts().byClass[2], 60u);
}

}  // namespace
}  // namespace shopkeeper::sidecar
