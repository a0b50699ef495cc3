#include "common/http/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/testing/raw_client.h"

namespace shopkeeper::http {
namespace {

using shopkeeper::testing::countOf;
using shopkeeper::testing::RawClient;
using std::chrono::milliseconds;
using std::chrono::seconds;

Response echo(const Request& request) {
  Response response;
  response.headers.set("Content-Type", "text/plain");
  response.body = request.method + " " + request.target + " [" + request.body + "]";
  return response;
}

std::unique_ptr<Server> startOrDie(ServerOptions options, Handler handler = echo) {
  auto server = Server::start(options, std::move(handler));
  EXPECT_TRUE(server) << server.error().message();
  return std::move(*server);
}

std::string exchange(std::uint16_t port, const std::string& bytes) {
  RawClient client(port);
  client.send(bytes);
  client.halfClose();
  return client.readAll();
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  const auto server = startOrDie({});
  const std::string text =
      exchange(server->port(),
               "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: "
               "3\r\n\r\nabcGET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(countOf(text, "HTTP/1.1 200 OK"), 3u) << text;
  EXPECT_LT(text.find("GET /a []"), text.find("POST /b [abc]"));
  EXPECT_LT(text.find("POST /b [abc]"), text.find("GET /c []"));
}

TEST(Server, ReadsChunkedBodies) {
  const auto server = startOrDie({});
  const std::string text = exchange(server->port(),
                                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                                    "Connection: close\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
  EXPECT_NE(text.find("[abcdefg]"), std::string::npos) << text;
}

TEST(Server, SaysContinueOnlyWhenAsked) {
  const auto server = startOrDie({});
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  const auto interim =
      client.readUntil([](const std::string& t) { return t.find("\r\n\r\n") != t.npos; });
  EXPECT_NE(interim.find("100 Continue"), std::string::npos) << interim;
  client.send("ok");
  const auto text = client.readUntil([](const std::string& t) { return t.find("[ok]") != t.npos; });
  EXPECT_NE(text.find("200 OK"), std::string::npos) << text;
}

struct Refused {
  const char* name;
  std::string bytes;
  const char* status;
};

TEST(Server, RefusesWhatCouldBeReadTwoWays) {
  ServerOptions options;
  options.maxHeaderBytes = 4096;
  options.maxBodyBytes = 1000;
  const auto server = startOrDie(options);
  const Refused table[] = {
      {"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
      {"length and chunked",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       "400"},
      {"two lengths",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400"},
      {"space before colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "400"},
      {"bad chunk size",
       "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nabc\r\n0\r\n\r\n",
       "400"},
      {"not http", "hello world\r\n\r\n", "400"},
      {"header too large", "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(8000, 'a') + "\r\n\r\n",
       "431"},
      {"body too large",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'b'),
       "413"},
  };
  for (const Refused& refused : table) {
    const std::string text = exchange(server->port(), refused.bytes);
    EXPECT_EQ(text.substr(0, 12), std::string("HTTP/1.1 ") + refused.status)
        << refused.name << ": " << text;
    EXPECT_EQ(countOf(text, "HTTP/1.1 "), 1u) << refused.name;
  }
}

TEST(Server, CutsASlowClient) {
  ServerOptions options;
  options.headerTimeout = milliseconds(300);
  const auto server = startOrDie(options);
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHo");
  client.readAll();
  EXPECT_TRUE(client.closedByPeer());
}

TEST(Server, AHandlerThatThrowsIsA500) {
  const auto server = startOrDie({}, [](const Request&) -> Response { throw 42; });
  const std::string text = exchange(server->port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 500") << text;
}

TEST(Server, HeadAndNoContentCarryNoBody) {
  const auto server = startOrDie({}, [](const Request& request) {
    Response response;
    response.status = request.target == "/none" ? 204 : 200;
    response.body = request.method == "HEAD" ? "" : "body";
    return response;
  });
  const std::string text = exchange(server->port(),
                                    "HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: "
                                    "x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(countOf(text, "HTTP/1.1 "), 2u) << text;
  EXPECT_EQ(text.find("body"), std::string::npos);
}

TEST(Server, StopFinishesWhatIsInFlight) {
  std::promise<void> entered;
  std::promise<void> release;
  auto released = release.get_future().share();
  auto server = startOrDie({}, [&](const Request& request) {
    entered.set_value();
    released.wait();
    return echo(request);
  });
  RawClient client(server->port());
  client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  entered.get_future().wait();
  std::thread stopper([&] { server->stop(seconds(30)); });
  // The listener is closed before the request in flight has ended.
  while (RawClient(server->port()).connected()) std::this_thread::yield();
  release.set_value();
  const std::string text = client.readAll();
  stopper.join();
  EXPECT_NE(text.find("GET /slow []"), std::string::npos) << text;
  EXPECT_NE(text.find("Connection: close"), std::string::npos) << text;
}

TEST(Server, ConnectionsOverTheLimitWaitAndAreServedLater) {
  ServerOptions options;
  options.maxConnections = 2;
  const auto server = startOrDie(options);
  auto first = std::make_unique<RawClient>(server->port());
  auto second = std::make_unique<RawClient>(server->port());
  const auto served = [](const std::string& t) { return t.find("[]") != t.npos; };
  for (auto* client : {first.get(), second.get()}) {
    client->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(client->readUntil(served), "");
  }
  RawClient third(server->port());
  third.send("GET /third HTTP/1.1\r\nHost: x\r\n\r\n");
  first.reset();
  EXPECT_NE(third.readUntil(served).find("GET /third"), std::string::npos);
}

TEST(Server, AnAddressInUseIsUnavailable) {
  const auto server = startOrDie({});
  ServerOptions options;
  options.port = server->port();
  const auto second = Server::start(options, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::Unavailable);
}

}  // namespace
}  // namespace shopkeeper::http
