// A second try beside a slow one: the first answer wins, and nobody pays for it who should not.
#include <mutex>
#include <set>

#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

class HedgingTest : public ProxyTest {
 protected:
  // What the endpoint does to whom the `arrival`-th try of the race came. False: it is done with
  // the connection.
  using Race = std::function<bool(RawConnection& connection, int arrival)>;

  HedgingTest() {
    spec_.name = "search";
    spec_.policy.hedge = {50, 20};
    spec_.policy.slowStartMs = 0;
  }
  ~HedgingTest() override {
    racing_ = false;
    servers_.clear();
  }

  // Endpoints that answer at once until enough is known of their latency, and then as `race` says.
  void begin(int endpoints, Race race) {
    race_ = std::move(race);
    for (int i = 0; i < endpoints; ++i) {
      servers_.push_back(std::make_unique<RawServer>([this, i](RawConnection& connection, int) {
        for (;;) {
          const std::string request = connection.readRequest();
          if (request.empty()) return;
          if (!racing_) {
            connection.write(fixedResponse(200, "", "early"));
            continue;
          }
          {
            std::lock_guard lock(mutex_);
            requests_.push_back(request);
            where_.push_back(i);
          }
          if (!race_(connection, ++arrivals_)) return;
        }
      }));
      wire::Endpoint endpoint;
      endpoint.address = "127.0.0.1:" + std::to_string(servers_.back()->port());
      endpoint.pod = "search-" + std::to_string(i);
      spec_.endpoints.push_back(endpoint);
    }
    table_.apply({spec_});
    start(1);
    for (int i = 0; i < 30; ++i) ASSERT_EQ(get(egress(), "/", "search").body, "early");
    before_ = view("search").hedges;
    racing_ = true;
  }
  static std::string answer(int arrival, int status = 200) {
    return fixedResponse(status, "", std::to_string(arrival));
  }
  bool bothArrived() {
    return eventually([this] { return arrivals_ >= 2 || !racing_; });
  }
  // Until the sidecar ends the connection.
  bool linger(RawConnection& connection) {
    if (connection.waitForClose(20'000)) ++left_;
    return false;
  }
  // Since the race began.
  HedgeCounts hedges() const {
    const HedgeCounts now = view("search").hedges;
    return {now.started - before_.started, now.won - before_.won, now.lost - before_.lost,
            now.refused - before_.refused};
  }
  void expectNoBlame(int failures = 0) const {
    std::uint64_t errors = 0;
    for (const EndpointView& each : view("search").endpoints) {
      errors += each.counts.errors;
      EXPECT_EQ(each.counts.inFlight, 0u) << each.spec.pod;
      EXPECT_EQ(each.ejections, 0u) << each.spec.pod << ' ' << each.reason;
      EXPECT_EQ(each.state, EndpointHealth::State::Healthy) << each.spec.pod;
    }
    EXPECT_EQ(errors, static_cast<std::uint64_t>(failures));
    EXPECT_EQ(view("search").inFlight, 0u);
  }
  // The lease ends after the answer is out.
  bool allAtRest() {
    return eventually([this] { return view("search").inFlight == 0; });
  }
  std::vector<std::string> requests() {
    std::lock_guard lock(mutex_);
    return requests_;
  }

  wire::Upstream spec_;
  Race race_;
  std::atomic<bool> racing_{false};
  std::atomic<int> arrivals_{0}, left_{0};
  HedgeCounts before_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> where_;  // which endpoint each of them came to
  std::vector<std::unique_ptr<RawServer>> servers_;
};

TEST_F(HedgingTest, TheHedgeAnswersWhileTheFirstTryHangs) {
  begin(2, [this](RawConnection& connection, int arrival) {
    if (arrival == 1) return linger(connection);
    return connection.write(answer(arrival));
  });
  const Answer got = get(egress(), "/v1/x", "search");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "2");
  EXPECT_TRUE(allAtRest());
  EXPECT_EQ(hedges().started, 1u);
  EXPECT_EQ(hedges().won, 1u);
  EXPECT_EQ(hedges().lost, 0u);
  EXPECT_TRUE(eventually([this] { return left_ == 1; })) << "the loser's connection is closed";
  expectNoBlame();
  // The winner's connection is kept, and the pod that answered is named.
  const bool first = got.has("X-Shopkeeper-Upstream: search-0\r\n");
  EXPECT_TRUE(first || got.has("X-Shopkeeper-Upstream: search-1\r\n")) << got.head;
  const auto sent = requests();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].substr(0, sent[0].find("X-Shopkeeper-Deadline-Ms")),
            sent[1].substr(0, sent[1].find("X-Shopkeeper-Deadline-Ms")));
}

TEST_F(HedgingTest, TheFirstTryMayStillAnswerFirst) {
  begin(2, [this](RawConnection& connection, int arrival) {
    if (arrival == 2) return linger(connection);
    return bothArrived() && connection.write(answer(arrival));
  });
  EXPECT_EQ(get(egress(), "/v1/x", "search").body, "1");
  EXPECT_TRUE(allAtRest());
  EXPECT_EQ(hedges().lost, 1u);
  EXPECT_EQ(hedges().won, 0u);
  EXPECT_TRUE(eventually([this] { return left_ == 1; }));
  expectNoBlame();
}

TEST_F(HedgingTest, ALongAnswerOfTheHedgeArrivesWhole) {
  const std::string body(3'000'000, 'x');
  begin(2, [&](RawConnection& connection, int arrival) {
    if (arrival == 1) return linger(connection);
    return connection.write(fixedResponse(200, "", body));
  });
  EXPECT_EQ(get(egress(), "/v1/x", "search").body, body);
}

TEST_F(HedgingTest, AnIdempotentBodyIsSentWholeToBoth) {
  begin(2, [this](RawConnection& connection, int arrival) {
    if (arrival == 1) return linger(connection);
    return connection.write(answer(arrival));
  });
  const std::string body(50'000, 'b');
  EXPECT_EQ(get(egress(), "/v1/x", "search", "PUT", body).body, "2");
  const auto sent = requests();
  ASSERT_EQ(sent.size(), 2u);
  for (const std::string& each : sent) EXPECT_TRUE(each.ends_with("\r\n\r\n" + body));
}

TEST_F(HedgingTest, WritesUpgradesAndWhatIsNotHeldAreNeverHedged) {
  begin(2, [this](RawConnection& connection, int arrival) {
    connection.waitForClose(300);  // long enough for a hedge
    return connection.write(answer(arrival));
  });
  EXPECT_EQ(get(egress(), "/v1/x", "search", "POST", "order").body, "1");
  EXPECT_EQ(get(egress(), "/v1/x", "search", "PUT", std::string(100'000, 'x')).body, "2");
  RawClient client(egress());
  client.send(
      "GET /ws HTTP/1.1\r\nHost: search\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Key: key\r\n\r\n");
  EXPECT_EQ(readAnswer(client).body, "3");
  EXPECT_EQ(arrivals_, 3);
  EXPECT_EQ(hedges().started, 0u);
  // The same slow endpoints do get a hedge where one is due: the waits above were long enough.
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200);
  EXPECT_EQ(hedges().started, 1u);
}

TEST_F(HedgingTest, WithoutThePolicyThereIsNone) {
  spec_.policy.hedge = {};
  begin(2, [this](RawConnection& connection, int arrival) {
    connection.waitForClose(300);
    return connection.write(answer(arrival));
  });
  EXPECT_EQ(get(egress(), "/v1/x", "search").body, "1");
  EXPECT_EQ(arrivals_, 1);
}

TEST_F(HedgingTest, BeyondTheBudgetTheFirstTryGoesOnAlone) {
  spec_.policy.retries.budgetPercent = 0;
  begin(2, [this](RawConnection& connection, int arrival) {
    return eventually([this] { return hedges().refused == 1 || !racing_; }) &&
           connection.write(answer(arrival));
  });
  EXPECT_EQ(get(egress(), "/v1/x", "search").body, "1");
  EXPECT_EQ(arrivals_, 1);
  EXPECT_EQ(hedges().refused, 1u);
  EXPECT_EQ(hedges().started, 0u);
  EXPECT_TRUE(allAtRest());
  expectNoBlame();
}

TEST_F(HedgingTest, AHedgeThatFailsWaitsForTheFirstTry) {
  std::atomic<bool> failed{false};
  for (const bool reset : {true, false}) {
    SCOPED_TRACE(reset ? "reset" : "500");
    failed = false;
    arrivals_ = 0;
    const auto race = [&, reset](RawConnection& connection, int arrival) {
      if (arrival == 1) {
        // Time for the sidecar to see the failure. Had it given up the first try, this would end
        // it.
        const bool wait = eventually([&] { return failed || !racing_; });
        return wait && !connection.waitForClose(100) && connection.write(answer(arrival));
      }
      if (reset) {
        connection.reset();
      } else {
        connection.write(answer(arrival, 500));
      }
      failed = true;
      return false;
    };
    if (servers_.empty()) {
      begin(2, race);
    } else {
      race_ = race;
    }
    const Answer got = get(egress(), "/v1/x", "search");
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, "1");
    EXPECT_TRUE(allAtRest());
  }
  EXPECT_EQ(hedges().lost, 2u);
}

TEST_F(HedgingTest, AFirstTryThatFailsWaitsForTheHedgeAndIsBlamed) {
  std::atomic<bool> failed{false};
  begin(2, [&](RawConnection& connection, int arrival) {
    if (arrival == 1) {
      if (!bothArrived()) return false;
      connection.write(answer(arrival, 500));
      failed = true;
      return true;
    }
    return eventually([&] { return failed || !racing_; }) && !connection.waitForClose(100) &&
           connection.write(answer(arrival));
  });
  const Answer got = get(egress(), "/v1/x", "search");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "2");
  EXPECT_TRUE(allAtRest());
  EXPECT_EQ(hedges().won, 1u);
  expectNoBlame(/*failures=*/1);
}

TEST_F(HedgingTest, AnErrorOfTheServiceIsPassedOnWhereTheOtherGivesNothing) {
  begin(2, [this](RawConnection& connection, int arrival) {
    if (arrival == 2) return connection.write(answer(arrival, 500));
    if (bothArrived()) connection.reset();
    return false;
  });
  const Answer got = get(egress(), "/v1/x", "search");
  EXPECT_EQ(got.status, 500);
  EXPECT_EQ(got.body, "2");
}

TEST_F(HedgingTest, WhereBothFailAThirdEndpointIsTried) {
  begin(3, [this](RawConnection& connection, int arrival) {
    if (arrival == 3) return connection.write(answer(arrival));
    return bothArrived() &&
           connection.write(fixedResponse(502, "X-Shopkeeper-Error: reset\r\n", ""));
  });
  EXPECT_EQ(get(egress(), "/v1/x", "search").body, "3");
  EXPECT_TRUE(allAtRest());
  EXPECT_EQ(hedges().lost, 1u);
  std::lock_guard lock(mutex_);
  EXPECT_EQ(std::set<int>(where_.begin(), where_.end()).size(), 3u);
}

TEST_F(HedgingTest, AClientThatLeavesEndsBoth) {
  spec_.policy.timeoutMs = 300'000;  // nothing else ends them
  begin(2, [this](RawConnection& connection, int) { return linger(connection); });
  auto client = std::make_unique<RawClient>(egress());
  client->send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
  ASSERT_TRUE(bothArrived());
  client.reset();
  EXPECT_TRUE(eventually([this] { return left_ == 2; }));
  EXPECT_TRUE(allAtRest());
  EXPECT_EQ(hedges().lost, 1u);
  EXPECT_EQ(arrivals_, 2) << "nothing is tried for nobody";
  expectNoBlame();
}

TEST_F(HedgingTest, AClientThatLeavesEndsTheHedgeThatIsWaitedForAlone) {
  spec_.policy.timeoutMs = 300'000;
  begin(2, [this](RawConnection& connection, int arrival) {
    if (arrival == 2) return linger(connection);
    if (bothArrived()) connection.write(answer(arrival, 500));
    return false;
  });
  auto client = std::make_unique<RawClient>(egress());
  client->send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
  ASSERT_TRUE(bothArrived());
  client.reset();
  EXPECT_TRUE(eventually([this] { return left_ == 1; }));
  EXPECT_TRUE(allAtRest());
  EXPECT_EQ(hedges().lost, 1u);
}

TEST_F(HedgingTest, TheDeadlineEndsBoth) {
  spec_.policy.timeoutMs = 600;
  begin(2, [this](RawConnection& connection, int) { return linger(connection); });
  const Answer got = get(egress(), "/v1/x", "search");
  EXPECT_EQ(got.status, 504);
  EXPECT_TRUE(got.has("X-Shopkeeper-Error: timeout"));
  EXPECT_TRUE(eventually([this] { return left_ == 2; }));
  EXPECT_TRUE(allAtRest());
  EXPECT_EQ(hedges().lost, 1u);
}

// The data plane ends while both are under way: nothing may be left that touches it.
TEST_F(HedgingTest, TheSidecarMayEndMeanwhile) {
  spec_.policy.timeoutMs = 300'000;
  begin(2, [this](RawConnection& connection, int) { return linger(connection); });
  RawClient client(egress());
  client.send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
  ASSERT_TRUE(bothArrived());
  plane_.reset();
  EXPECT_TRUE(eventually([this] { return left_ == 2; }));
  EXPECT_EQ(view("search").inFlight, 0u);
}

}  // namespace
}  // namespace shopkeeper::sidecar
