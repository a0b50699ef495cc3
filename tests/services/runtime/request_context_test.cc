#include "services/runtime/request_context.h"

#include <gtest/gtest.h>

#include <thread>

#include "common/testing/manual_clock.h"
#include "services/runtime/upstream.h"

namespace shopkeeper::services {
namespace {

using namespace std::chrono_literals;

// Remembers what an upstream was sent.
class Recorder final : public http::HttpClient {
 public:
  explicit Recorder(http::Request& last, std::chrono::milliseconds& timeout)
      : last_(last), timeout_(timeout) {}
  Result<http::Response> send(const http::Request& request,
                              const http::CallOptions& options) override {
    last_ = request;
    timeout_ = options.timeout;
    return http::Response{};
  }
  Result<http::Response> stream(const http::Request& request, const http::CallOptions& options,
                                const http::ChunkSink&) override {
    return send(request, options);
  }

 private:
  http::Request& last_;
  std::chrono::milliseconds& timeout_;
};

struct CarriedOn : ::testing::Test {
  std::string sent(const char* name) {
    http::CallOptions options;
    options.timeout = 5s;
    EXPECT_TRUE(client->send({}, options));
    return std::string(last.headers.get(name).value_or("(none)"));
  }
  shopkeeper::testing::ManualClock clock;
  http::Request last;
  std::chrono::milliseconds timeout{0};
  std::unique_ptr<http::HttpClient> client =
      addressedTo("knowledge", std::make_unique<Recorder>(last, timeout));
  http::Request incoming{"GET",
                         "/",
                         {{"X-Request-Id", "r-1"},
                          {"X-Shopkeeper-User", "u-1"},
                          {"X-Shopkeeper-Priority", "sheddable"},
                          {"X-Shopkeeper-Deadline-Ms", "800"}},
                         "",
                         ""};
};

TEST_F(CarriedOn, OfASidecarIsCarriedOn) {
  const RequestContext carried(incoming, Caller::Sidecar, clock);
  EXPECT_EQ(sent("Host"), "knowledge");
  EXPECT_EQ(sent("X-Request-Id"), "r-1");
  EXPECT_EQ(sent("X-Shopkeeper-User"), "u-1");
  EXPECT_EQ(sent("X-Shopkeeper-Priority"), "sheddable");
  EXPECT_EQ(sent("X-Shopkeeper-Deadline-Ms"), "800");
  EXPECT_EQ(timeout, 800ms);
}

TEST_F(CarriedOn, TheDeadlineShrinksWithTime) {
  const RequestContext carried(incoming, Caller::Sidecar, clock);
  clock.advance(500ms);
  EXPECT_EQ(sent("X-Shopkeeper-Deadline-Ms"), "300");
  clock.advance(500ms);
  EXPECT_EQ(sent("X-Shopkeeper-Deadline-Ms"), "1");
  EXPECT_EQ(timeout, 1ms);
}

TEST_F(CarriedOn, ALongDeadlineLeavesTheCallersOwn) {
  incoming.headers.set("X-Shopkeeper-Deadline-Ms", "60000");
  const RequestContext carried(incoming, Caller::Sidecar, clock);
  EXPECT_EQ(sent("X-Shopkeeper-Deadline-Ms"), "5000");
  EXPECT_EQ(timeout, 5s);
}

TEST_F(CarriedOn, ADeadlineThatIsNoNumberIsNone) {
  for (const char* text : {"", "soon", "-5", "1.5", "99999999999999999999"}) {
    incoming.headers.set("X-Shopkeeper-Deadline-Ms", text);
    const RequestContext carried(incoming, Caller::Sidecar, clock);
    EXPECT_EQ(sent("X-Shopkeeper-Deadline-Ms"), "(none)") << text;
    EXPECT_EQ(timeout, 5s);
  }
}

TEST_F(CarriedOn, OfABrowserOnlyTheRequestIdIsBelieved) {
  const RequestContext carried(incoming, Caller::Browser, clock);
  EXPECT_EQ(sent("X-Request-Id"), "r-1");
  EXPECT_EQ(sent("X-Shopkeeper-User"), "(none)");
  EXPECT_EQ(sent("X-Shopkeeper-Priority"), "(none)");
  EXPECT_EQ(sent("X-Shopkeeper-Deadline-Ms"), "(none)");
  RequestContext::setUser("u-2");
  EXPECT_EQ(sent("X-Shopkeeper-User"), "u-2");
}

TEST_F(CarriedOn, EndsWithItsScopeAndStaysOnItsThread) {
  EXPECT_EQ(sent("X-Request-Id"), "(none)");
  {
    const RequestContext carried(incoming, Caller::Sidecar, clock);
    std::thread([&] { EXPECT_EQ(sent("X-Request-Id"), "(none)"); }).join();
    {
      const RequestContext inner({}, Caller::Sidecar, clock);
      EXPECT_EQ(sent("X-Request-Id"), "(none)");
    }
    EXPECT_EQ(sent("X-Request-Id"), "r-1");
  }
  EXPECT_EQ(sent("X-Request-Id"), "(none)");
  RequestContext::setUser("nobody");
  EXPECT_EQ(sent("X-Shopkeeper-User"), "(none)");
}

TEST_F(CarriedOn, AnOversizedFieldIsDropped) {
  incoming.headers.set("X-Request-Id", std::string(1'000, 'x'));
  const RequestContext carried(incoming, Caller::Sidecar, clock);
  EXPECT_EQ(sent("X-Request-Id"), "(none)");
}

}  // namespace
}  // namespace shopkeeper::services
