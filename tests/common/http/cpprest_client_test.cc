// The HTTP client against servers that behave and servers that do not.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "common/http/client.h"
#include "common/http/server.h"
#include "tests/testing/raw_server.h"

namespace shopkeeper::http {
namespace {

using namespace std::chrono_literals;
using testing::fixedResponse;
using testing::kChunkedHead;
using testing::RawConnection;
using testing::RawServer;

std::unique_ptr<HttpClient> clientOf(const std::string& url) {
  auto client = makeCpprestClient(url);
  EXPECT_TRUE(client) << client.error().message();
  return *std::move(client);
}

TEST(CpprestClient, SendsMethodTargetHeadersAndBody) {
  std::promise<std::string> seen;
  RawServer server([&](RawConnection& c, int) {
    seen.set_value(c.readRequest());
    c.write(fixedResponse(201, "X-Answer: yes\r\n", "made"));
  });
  Request request;
  request.method = "PATCH";
  request.target = "/v1/things/a%2Fb?x=1&y=%20z";
  request.headers = {{"Host", "search"}, {"Content-Type", "application/merge-patch+json"}};
  request.body = R"({"a":"ü"})";
  const auto response = clientOf(server.url())->send(request, {});
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "made");
  EXPECT_EQ(response->headers.get("x-answer"), "yes");
  const std::string text = seen.get_future().get();
  EXPECT_TRUE(text.starts_with("PATCH /v1/things/a%2Fb?x=1&y=%20z HTTP/1.1\r\n")) << text;
  EXPECT_NE(text.find("\r\nHost:search\r\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("127.0.0.1"), std::string::npos) << text;
  EXPECT_NE(text.find("Content-Type:application/merge-patch+json\r\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("\r\n\r\n" + request.body)) << text;
}

TEST(CpprestClient, KeepsItsConnection) {
  RawServer server([&](RawConnection& c, int) {
    while (!c.readRequest().empty()) c.write(fixedResponse(200, "", "ok"));
  });
  const auto client = clientOf(server.url());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client->send({}, {}));
  // A connection returns to the pool a moment after its answer: one or two take turns.
  EXPECT_LT(server.connections(), 10);
}

TEST(CpprestClient, AnyStatusIsAnAnswerAndRedirectsAreNotFollowed) {
  std::atomic<int> requests{0};
  RawServer server([&](RawConnection& c, int) {
    while (!c.readRequest().empty()) {
      c.write(++requests == 1 ? fixedResponse(302, "Location: http://127.0.0.1:1/\r\n", "elsewhere")
                              : fixedResponse(503, "Retry-After: 7\r\n", ""));
    }
  });
  const auto client = clientOf(server.url());
  const auto redirect = client->send({}, {});
  ASSERT_TRUE(redirect) << redirect.error().message();
  EXPECT_EQ(redirect->status, 302);
  const auto unavailable = client->send({}, {});
  ASSERT_TRUE(unavailable) << unavailable.error().message();
  EXPECT_EQ(unavailable->status, 503);
  EXPECT_EQ(unavailable->headers.get("Retry-After"), "7");
}

TEST(CpprestClient, StreamsEachPieceWhenItArrives) {
  std::promise<void> gotFirst;
  RawServer server([&](RawConnection& c, int) {
    c.readRequest();
    c.write(kChunkedHead);
    c.writeChunk("one\n");
    gotFirst.get_future().wait();  // the second is sent only once the first was delivered
    c.writeChunk(std::string(200'000, 'x'));
    c.write("0\r\n\r\n");
  });
  std::string all;
  const auto response = clientOf(server.url())->stream({}, {}, [&](std::string_view piece) {
    if (all.empty()) gotFirst.set_value();
    all.append(piece);
    return true;
  });
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(all.size(), 4u + 200'000u);
}

TEST(CpprestClient, StreamKeepsTheBodyOfAnErrorInTheResponse) {
  RawServer server([&](RawConnection& c, int) {
    c.readRequest();
    c.write(fixedResponse(410, "", "too old"));
  });
  const auto response = clientOf(server.url())->stream({}, {}, [](std::string_view) {
    ADD_FAILURE() << "the sink must not see an error's body";
    return true;
  });
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->status, 410);
  EXPECT_EQ(response->body, "too old");
}

TEST(CpprestClient, SinkEndsAStream) {
  std::promise<bool> closed;
  RawServer server([&](RawConnection& c, int) {
    c.readRequest();
    c.write(kChunkedHead);
    c.writeChunk("one");
    closed.set_value(c.waitForClose(30'000));
  });
  int pieces = 0;
  const auto response = clientOf(server.url())->stream({}, {}, [&](std::string_view) {
    ++pieces;
    return false;
  });
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(pieces, 1);
  EXPECT_TRUE(closed.get_future().get()) << "the connection was left open";
}

TEST(CpprestClient, SilenceEndsAStreamButPiecesKeepItAlive) {
  RawServer server([&](RawConnection& c, int) {
    c.readRequest();
    c.write(kChunkedHead);
    for (int i = 0; i < 8; ++i) {  // together longer than the timeout, each far shorter
      c.writeChunk("x");
      std::this_thread::sleep_for(100ms);
    }
    c.waitForClose(30'000);
  });
  CallOptions options;
  options.timeout = 600ms;
  std::string all;
  const auto response = clientOf(server.url())->stream({}, options, [&](std::string_view piece) {
    all.append(piece);
    return true;
  });
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::Timeout);
  EXPECT_EQ(all, "xxxxxxxx");
}

TEST(CpprestClient, DeadlineEndsASend) {
  RawServer server([&](RawConnection& c, int) {
    c.readRequest();
    c.waitForClose(30'000);
  });
  CallOptions options;
  options.timeout = 100ms;
  Request request;
  request.target = "/slow?token=secret";
  const auto response = clientOf(server.url())->send(request, options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::Timeout);
  EXPECT_NE(response.error().message().find("GET " + server.url() + "/slow"), std::string::npos)
      << response.error().message();
  EXPECT_EQ(response.error().message().find("secret"), std::string::npos);
}

TEST(CpprestClient, StopTokenEndsSendAndStream) {
  std::atomic<int> waiting{0};
  RawServer server([&](RawConnection& c, int) {
    c.readRequest();
    ++waiting;
    c.waitForClose(30'000);
  });
  const auto client = clientOf(server.url());
  for (const bool streaming : {false, true}) {
    std::stop_source stop;
    CallOptions options;
    options.timeout = 60s;
    options.stop = stop.get_token();
    auto call = std::async(std::launch::async, [&] {
      return streaming ? client->stream({}, options, [](std::string_view) { return true; })
                       : client->send({}, options);
    });
    while (waiting.load() < (streaming ? 2 : 1)) std::this_thread::yield();
    stop.request_stop();
    const auto response = call.get();
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::Cancelled);
  }
}

TEST(CpprestClient, RefusesABodyOverTheLimit) {
  RawServer server([&](RawConnection& c, int) {
    c.readRequest();
    c.write(kChunkedHead);
    while (c.writeChunk(std::string(10'000, 'x'))) {
    }
  });
  CallOptions options;
  options.maxBodyBytes = 100'000;
  const auto response = clientOf(server.url())->send({}, options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::TooLarge);
}

TEST(CpprestClient, RefusedAndCutConnectionsAreUnavailable) {
  int port;
  {
    RawServer gone([](RawConnection&, int) {});
    port = gone.port();
  }
  const auto refused = clientOf("http://127.0.0.1:" + std::to_string(port))->send({}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::Unavailable);

  RawServer cutting([](RawConnection& c, int) {
    c.readRequest();
    c.write(kChunkedHead);
    c.write("64\r\nhalf a chunk");
    c.reset();
  });
  const auto cut = clientOf(cutting.url())->stream({}, {}, [](std::string_view) { return true; });
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code(), ErrorCode::Unavailable);
}

// A restarted server leaves dead connections in the pool: a request that could not be written on
// one of them is written on another.
TEST(CpprestClient, DeadKeptConnectionsCostNoRequest) {
  constexpr int kConnections = 4;
  std::mutex mutex;
  std::condition_variable changed;
  int arrived = 0;
  int reset = 0;
  bool restarting = false;
  RawServer server([&](RawConnection& c, int index) {
    if (index >= kConnections) {  // after the restart
      while (!c.readRequest().empty()) c.write(fixedResponse(200, "", "ok"));
      return;
    }
    c.readRequest();
    std::unique_lock lock(mutex);
    ++arrived;
    changed.notify_all();
    changed.wait(lock, [&] { return arrived == kConnections; });  // so that none is used twice
    c.write(fixedResponse(200, "", "ok"));
    changed.wait(lock, [&] { return restarting; });
    c.reset();
    ++reset;
    changed.notify_all();
  });
  const auto client = clientOf(server.url());
  std::vector<std::thread> threads;
  for (int i = 0; i < kConnections; ++i) {
    threads.emplace_back([&] { EXPECT_TRUE(client->send({}, {})); });
  }
  for (auto& thread : threads) thread.join();
  {
    std::unique_lock lock(mutex);
    restarting = true;
    changed.notify_all();
    changed.wait(lock, [&] { return reset == kConnections; });
  }
  Request request;
  request.method = "PUT";
  request.body = std::string(300'000, 'x');
  for (int i = 0; i < 5; ++i) {
    const auto response = client->send(request, {});
    EXPECT_TRUE(response) << response.error().message();
  }
}

TEST(CpprestClient, StreamTellsWhenItBegins) {
  std::promise<void> opened;
  RawServer server([&](RawConnection& c, int) {
    c.readRequest();
    c.write(kChunkedHead);
    opened.get_future().wait();  // nothing but the head was sent by then
    c.write("0\r\n\r\n");
  });
  CallOptions options;
  options.onOpen = [&] { opened.set_value(); };
  const auto response =
      clientOf(server.url())->stream({}, options, [](std::string_view) { return true; });
  EXPECT_TRUE(response) << response.error().message();
}

TEST(CpprestClient, HeadersCannotBeInjected) {
  RawServer server([](RawConnection& c, int) { c.readRequest(); });
  Request request;
  request.headers = {{"X-Name", "a\r\nHost: elsewhere"}};
  const auto response = clientOf(server.url())->send(request, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::InvalidArgument);
}

TEST(CpprestClient, RefusesUrlsItCannotServe) {
  for (const char* url : {"", "ftp://host", "http://", "http://[::1]:80", "127.0.0.1:80"}) {
    const auto client = makeCpprestClient(url);
    ASSERT_FALSE(client) << url;
    EXPECT_EQ(client.error().code(), ErrorCode::InvalidArgument) << url;
  }
}

TEST(CpprestClient, ManyThreadsShareOneClient) {
  RawServer server([&](RawConnection& c, int) {
    std::string request;
    while (!(request = c.readRequest()).empty()) {
      c.write(fixedResponse(200, "", request.substr(0, request.find('\r'))));
    }
  });
  const auto client = clientOf(server.url());
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        Request request;
        request.target = "/" + std::to_string(t) + "/" + std::to_string(i);
        const auto response = client->send(request, {});
        if (!response || response->body != "GET " + request.target + " HTTP/1.1") ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace shopkeeper::http
