// Trailers, event streams, and clients that leave or half-close.
#include <mutex>

#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

class TrailerTest : public ProxyTest {
 protected:
  // Reads a chunked request whole, then answers with trailers.
  std::unique_ptr<RawServer> service() {
    return std::make_unique<RawServer>([this](RawConnection& connection, int) {
      for (;;) {
        std::string text = connection.readHead();
        if (text.empty()) return;
        while (text.find("chunked\r\n") != text.npos &&
               text.find("\r\n\r\n", text.find("\r\n0\r\n")) == text.npos) {
          const std::string piece = connection.readSome();
          if (piece.empty()) return;
          text += piece;
        }
        {
          std::lock_guard lock(mutex_);
          requests_.push_back(text);
        }
        connection.write(
            "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
            "2\r\nok\r\n0\r\nX-Sum: 7\r\nSet-Cookie: a=b\r\nX-Shopkeeper-Error: reset\r\n\r\n");
      }
    });
  }
  std::string ask(const std::string& fields, const std::string& body = "") {
    RawClient client(ingress());
    client.send((body.empty() ? "GET" : "POST") + (" /v1/x HTTP/1.1\r\nHost: s\r\n" + fields) +
                "\r\n" + body);
    return client.readUntil([](const std::string& text) {
      const auto last = text.find("\r\n0\r\n");
      return last != text.npos && text.find("\r\n\r\n", last) != text.npos;
    });
  }
  std::string request() {
    std::lock_guard lock(mutex_);
    return requests_.back();
  }

  std::mutex mutex_;
  std::vector<std::string> requests_;
};

TEST_F(TrailerTest, OfAnAnswerGoToClientsThatTakeThem) {
  const auto backend = service();
  start(backend->port());
  const std::string taken = ask("TE: trailers\r\nConnection: TE\r\n");
  EXPECT_TRUE(taken.ends_with("2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n")) << taken;
  EXPECT_NE(taken.find("Trailer: X-Sum\r\n"), std::string::npos);
  EXPECT_NE(request().find("TE: trailers\r\nConnection: TE\r\n"), std::string::npos) << request();
  for (const char* fields : {"", "TE: trailers\r\n", "TE: gzip\r\nConnection: TE\r\n"}) {
    const std::string without = ask(fields);
    EXPECT_TRUE(without.ends_with("2\r\nok\r\n0\r\n\r\n")) << without;
    EXPECT_EQ(without.find("Trailer"), std::string::npos) << without;
    EXPECT_EQ(request().find("TE:"), std::string::npos) << request();
  }
}

TEST_F(TrailerTest, OfARequestPassButThoseThatFrameRouteOrAuthenticate) {
  const auto backend = service();
  start(backend->port());
  ask("Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n",
      "3\r\nabc\r\n0\r\nX-Sum: 9\r\nHost: evil\r\nAuthorization: x\r\nX-Forwarded-For: 1\r\n\r\n");
  EXPECT_TRUE(request().ends_with("3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n")) << request();
  EXPECT_NE(request().find("Trailer: X-Sum\r\n"), std::string::npos);
  ask("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n");
  EXPECT_TRUE(request().ends_with("3\r\nabc\r\n0\r\n\r\n")) << "none left over: " << request();
}

class EventTest : public ProxyTest {
 protected:
  // A service whose answer begins before the upload ends and ends when `rest` has run.
  using Rest = std::function<void(RawConnection&)>;
  static RawServer::Script answeringEarly(const std::string& head, Rest rest) {
    return [head, rest = std::move(rest)](RawConnection& connection, int) {
      connection.readHead();
      connection.write(head);
      rest(connection);
      connection.waitForClose(20'000);
    };
  }
  // Sends a head to the ingress of `service`.
  RawClient& ask(const RawServer& service, const std::string& head) {
    start(service.port());
    client_ = std::make_unique<RawClient>(ingress());
    client_->send(head);
    return *client_;
  }
  static void pause(RawClient& client, milliseconds time) {
    client.readUntil([](const std::string&) { return false; }, time);
  }

  static constexpr const char* kEventsHead =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  static constexpr const char* kUploadHead =
      "POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::unique_ptr<RawClient> client_;
};

TEST_F(EventTest, EachEventArrivesBeforeTheNextIsMade) {
  std::atomic<int> seen{0};
  RawServer service(answeringEarly(kEventsHead, [&](RawConnection& connection) {
    for (int i = 1; i <= 5; ++i) {
      connection.writeChunk("data: " + std::to_string(i) + "\n\n");
      if (!eventually([&] { return seen >= i; })) return;
    }
    connection.write("0\r\n\r\n");
  }));
  RawClient& client = ask(service, "GET /events HTTP/1.1\r\nHost: s\r\n\r\n");
  for (int i = 1; i <= 5; ++i) {
    const std::string event = "data: " + std::to_string(i) + "\n\n";
    ASSERT_NE(readTo(client, event).find(event), std::string::npos) << i;
    seen = i;
  }
  EXPECT_TRUE(readTo(client, "0\r\n\r\n").ends_with("0\r\n\r\n"));
}

TEST_F(EventTest, OutliveDeadlineAndStallLimitAndEndAtTheirOwn) {
  RawServer service(
      answeringEarly("HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n",
                     [](RawConnection& connection) {
                       for (int i = 0; i < 3; ++i) {
                         if (connection.waitForClose(250)) return;
                         connection.writeChunk("data: x\n\n");
                       }
                     }));
  config_.ingress.requestTimeout = milliseconds(200);
  config_.ingress.limits.stallTimeout = milliseconds(100);
  config_.ingress.limits.streamIdleTimeout = milliseconds(1'000);
  RawClient& client = ask(service, "GET /events HTTP/1.1\r\nHost: s\r\n\r\n");
  const std::string all = client.readAll();
  EXPECT_EQ(countOf(all, "data: x"), 3u) << all;
  EXPECT_TRUE(client.closedByPeer());
}

TEST_F(EventTest, AnUploadGoesOnAfterTheAnswerBeganWhateverTheDeadlineWas) {
  RawServer service(answeringEarly(testing::kChunkedHead, [](RawConnection& connection) {
    const bool whole =
        readChunkedBody(connection, [&](const std::string&) { connection.writeChunk("got"); });
    if (whole) connection.write("0\r\n\r\n");
  }));
  config_.ingress.requestTimeout = milliseconds(300);
  RawClient& client = ask(service, kUploadHead);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(client.send("1\r\nx\r\n"));
    ASSERT_NE(readTo(client, "got").find("got"), std::string::npos) << i;
    pause(client, milliseconds(120));
  }
  client.send("0\r\n\r\n");
  EXPECT_TRUE(readTo(client, "0\r\n\r\n").ends_with("0\r\n\r\n"));
}

// The end of the upload set the try's deadline anew, which had passed by then.
TEST_F(EventTest, AnAnswerGoesOnAfterItsUploadWhateverTheDeadlineWas) {
  RawServer service(answeringEarly(testing::kChunkedHead, [](RawConnection& connection) {
    if (!readChunkedBody(connection, [](const std::string&) {})) return;
    if (!connection.waitForClose(200)) connection.write("0\r\n\r\n");
  }));
  config_.ingress.requestTimeout = milliseconds(100);
  RawClient& client = ask(service, std::string(kUploadHead) + "1\r\nx\r\n");
  readTo(client, "\r\n\r\n");
  pause(client, milliseconds(150));
  client.send("0\r\n\r\n");
  EXPECT_TRUE(readTo(client, "0\r\n\r\n").ends_with("0\r\n\r\n"));
}

class LeavingClients : public ProxyTest {
 protected:
  // Answers when told to; knows when its connection ended.
  RawServer::Script slow() {
    return [this](RawConnection& connection, int) {
      while (!connection.readHead().empty()) {
        ++asked_;
        while (!release_) {
          if (!connection.waitForClose(5)) continue;
          ++left_;
          return;
        }
        connection.write(fixedResponse(200, "", "late"));
      }
    };
  }
  std::atomic<int> asked_{0}, left_{0};
  std::atomic<bool> release_{false};
};

TEST_F(LeavingClients, AClientThatClosedIsNoticedWhileItsRequestWaits) {
  RawServer service(slow());
  config_.ingress.requestTimeout = std::chrono::minutes(5);
  start(service.port());
  upstream("search", {"127.0.0.1:" + std::to_string(ingress())}, std::chrono::minutes(5));
  for (const std::uint16_t port : {ingress(), egress()}) {
    auto client = std::make_unique<RawClient>(port);
    client->send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return asked_ == left_ + 1; }));
    client.reset();
    const int before = left_;
    EXPECT_TRUE(eventually([&] { return left_ == before + 1; })) << "the try was not abandoned";
    EXPECT_TRUE(eventually([&] { return plane_->ingressCounts().open == 0; }));
  }
  EXPECT_EQ(plane_->service().view().endpoints[0].counts.errors, 0u);
  EXPECT_EQ(view("search").endpoints[0].counts.errors, 0u);
}

// A try that may be made elsewhere looks up every 100 ms, as the listener looks for clients that
// left: where both fell on one tick of the wheel the client's leaving was taken for a look up.
TEST_F(LeavingClients, AClientThatClosedIsNoticedWhereTheTryCouldBeMadeElsewhereToo) {
  RawServer one(slow()), other(slow());
  start(1);
  upstream("search",
           {"127.0.0.1:" + std::to_string(one.port()), "127.0.0.1:" + std::to_string(other.port())},
           std::chrono::minutes(5));
  for (int i = 1; i <= 5; ++i) {
    auto client = std::make_unique<RawClient>(egress());
    client->send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return asked_ == i; }));
    client.reset();
    ASSERT_TRUE(eventually([&] { return left_ == i; })) << "the try was not abandoned";
  }
  EXPECT_EQ(asked_, 5) << "nothing is tried for nobody";
}

TEST_F(LeavingClients, AClientThatOnlyHalfClosedGetsItsAnswer) {
  RawServer service(slow());
  start(service.port());
  for (const char* version : {"1.1", "1.0"}) {
    release_ = false;
    asked_ = 0;
    RawClient client(ingress());
    client.send("GET /v1/x HTTP/" + std::string(version) + "\r\nHost: s\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return asked_ == 1; }));
    client.halfClose();
    // Longer than it takes to notice.
    const std::string interim =
        client.readUntil([](const std::string&) { return false; }, milliseconds(500));
    EXPECT_TRUE(interim.empty() || interim == "HTTP/1.1 102 Processing\r\n\r\n") << interim;
    EXPECT_EQ(interim.empty(), std::string(version) == "1.0");
    release_ = true;
    EXPECT_NE(client.readAll().find("late"), std::string::npos) << version;
  }
}

}  // namespace
}  // namespace shopkeeper::sidecar
