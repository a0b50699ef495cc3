// Who is taken out, who is not, and why: traffic.md section 5, cases 12 to 19 and 24 to 28.
#include <gmock/gmock.h>

#include "tests/sidecar/upstream_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

class OutlierTest : public UpstreamTest {
 protected:
  int inRotation() const {
    int count = 0;
    for (const auto& each : upstream_.view().endpoints) {
      count += each.state == EndpointHealth::State::Healthy;
    }
    return count;
  }
  // Requests at an even rate, each taking as long as `latency` says; a negative one: no answer.
  // Each gets at most one retry, which is not simulated: only what the endpoints do counts here.
  struct Open {
    Upstream::Pick pick;
    MonotonicTime until;
    bool answers;
  };
  void run(int count, Duration every, const std::function<Duration(const std::string&)>& latency) {
    for (int i = 0; i < count; ++i) {
      clock_.advance(every);
      settle();
      auto made = pick();
      if (made.endpoint == nullptr) continue;
      ++taken_[made.endpoint->pod];
      const Duration takes = latency(made.endpoint->pod);
      open_.push_back({made, clock_.now() + takes, takes >= Duration(0)});
    }
  }
  void settle() {
    std::erase_if(open_, [&](Open& each) {
      if (!each.answers || each.until > clock_.now()) return false;
      upstream_.answered(each.pick, Outcome::Success);
      upstream_.finish(each.pick, Outcome::Success);
      return true;
    });
  }
  std::map<std::string, int> taken_;
  std::vector<Open> open_;
};

// 15, with an absolute number that must stay instead of a percentage that may go.
TEST_F(OutlierTest, MinHealthyEndpointsStayHoweverManyFail) {
  for (const auto& [endpoints, minHealthy, left] :
       {std::tuple{1, 1, 1}, {2, 1, 1}, {3, 1, 1}, {3, 2, 2}, {2, 2, 2}, {3, 0, 0}, {5, 3, 3}}) {
    Upstream upstream("search", clock_, {}, random_);
    wire::Upstream spec;
    spec.policy.outlier.minHealthy = minHealthy;
    for (int i = 1; i <= endpoints; ++i) spec.endpoints.push_back(endpoint(i));
    upstream.configure(spec);
    for (int i = 0; i < 100; ++i) {
      const auto made = upstream.pick({});
      ASSERT_NE(made.endpoint, nullptr);
      upstream.finish(made, Outcome::ConnectFailed);
    }
    int healthy = 0;
    for (const auto& each : upstream.view().endpoints) {
      healthy += each.state == EndpointHealth::State::Healthy;
    }
    EXPECT_EQ(healthy, left) << endpoints << " endpoints, minHealthy " << minHealthy;
  }
}

TEST_F(OutlierTest, ARefusedEjectionSaysWhy) {
  configure({endpoint(1)});
  for (int i = 0; i < 100; ++i) request(Outcome::ServerError);
  const EndpointView view = viewOf("search-1");
  EXPECT_TRUE(view.reason.empty());
  EXPECT_EQ(view.refusal,
            "not ejected for 5 server errors in a row: only 0 others are in rotation, minHealthy "
            "is 1");
  EXPECT_EQ(view.ejections, 0u);
  EXPECT_EQ(view.refusalsBy[static_cast<std::size_t>(EjectionCause::ServerErrors)], 20u);
}

// 18: an active check may take even the last one.
TEST_F(OutlierTest, AFailedCheckTakesOutEvenTheLastOne) {
  configure({endpoint(1)});
  upstream_.checked(upstream_.wantingCheck(Duration(0))[0], CheckResult::NotReady);
  EXPECT_EQ(inRotation(), 0);
}

TEST_F(OutlierTest, TheLastPrimaryMayGoWhereAStandbyIsWell) {
  configure({endpoint(1), endpoint(2, wire::Tier::Standby)});
  request(Outcome::ConnectFailed);
  EXPECT_FALSE(healthy("search-1"));
  EXPECT_EQ(request(), "search-2");
}

// 16.
TEST_F(OutlierTest, AnEndpointRemovedWhileEjectedLeavesNothingBehind) {
  configure({endpoint(1), endpoint(2)});
  refuseAt("search-1");
  configure({endpoint(2)});
  EXPECT_EQ(inRotation(), 1);
  EXPECT_EQ(upstream_.view().endpoints.size(), 1u);
  EXPECT_EQ(takers(20), std::set<std::string>{"search-2"});
}

TEST_F(OutlierTest, ALowSuccessRateEjectsOneOfTwo) {
  configure({endpoint(1), endpoint(2)});
  int turn = 0;
  load(400, milliseconds(10), [&](const std::string& pod) {
    return pod == "search-1" && turn++ % 3 == 0 ? Outcome::ServerError : Outcome::Success;
  });
  const EndpointView view = viewOf("search-1");
  EXPECT_GE(view.ejectionsBy[static_cast<std::size_t>(EjectionCause::SuccessRate)], 1u);
  EXPECT_TRUE(healthy("search-2"));
}

TEST_F(OutlierTest, WherePeersFailAsOftenNobodyIsToBlame) {
  configure({endpoint(1), endpoint(2), endpoint(3)});
  SeededRandom luck;
  load(2'000, milliseconds(5), [&](const std::string&) {
    return luck.uniform() < 0.25 ? Outcome::ServerError : Outcome::Success;
  });
  for (const auto& each : upstream_.view().endpoints) {
    EXPECT_EQ(each.ejectionsBy[static_cast<std::size_t>(EjectionCause::SuccessRate)], 0u)
        << each.reason;
  }
  bool explained = false;
  for (const auto& each : upstream_.view().endpoints) {
    explained = explained || each.refusal.find("its peers do no better") != std::string::npos;
  }
  EXPECT_TRUE(explained);
}

// envoy 288: works with two and three. With little traffic the choice of the cheaper one is enough;
// with more, the slow one is found within half a second.
TEST_F(OutlierTest, TheSlowOneOfTwoOrThreeIsFoundByItsPeers) {
  for (const int count : {2, 3}) {
    std::vector<wire::Endpoint> endpoints;
    for (int i = 1; i <= count; ++i) endpoints.push_back(endpoint(i));
    configure({});
    configure(endpoints);
    clock_.advance(seconds(10));
    const auto normal = [](const std::string&) { return milliseconds(15); };
    const auto slow = [](const std::string& pod) {
      return milliseconds(pod == "search-1" ? 150 : 15);
    };
    run(5'000, milliseconds(1), normal);
    ASSERT_EQ(inRotation(), count);
    const MonotonicTime since = clock_.now();
    while (healthy("search-1") && clock_.now() - since < seconds(5)) {
      run(1, milliseconds(1), slow);
    }
    EXPECT_LE(clock_.now() - since, milliseconds(500)) << count;
    EXPECT_THAT(viewOf("search-1").reason, HasSubstr("median latency 150 ms"));
    EXPECT_EQ(inRotation(), count - 1);
  }
}

TEST_F(OutlierTest, WithLittleTrafficASlowOneIsSparedLongBeforeItIsEjected) {
  configure({endpoint(1), endpoint(2), endpoint(3)});
  run(300, milliseconds(10), [](const std::string&) { return milliseconds(15); });
  taken_.clear();
  run(1'000, milliseconds(10),
      [](const std::string& pod) { return milliseconds(pod == "search-1" ? 150 : 15); });
  EXPECT_LE(taken_["search-1"], 10);
}

TEST_F(OutlierTest, WhereAllAreSlowNobodyIsEjected) {
  configure({endpoint(1), endpoint(2), endpoint(3)});
  run(300, milliseconds(10), [](const std::string&) { return milliseconds(15); });
  run(300, milliseconds(10), [](const std::string&) { return milliseconds(200); });
  EXPECT_EQ(inRotation(), 3);
}

// A peer stopped by SIGSTOP: connections stay, nothing is answered.
TEST_F(OutlierTest, AHangIsFoundWithinHalfASecondAtAHundredRequestsASecond) {
  for (const int count : {2, 3, 10}) {
    std::vector<wire::Endpoint> endpoints;
    for (int i = 1; i <= count; ++i) endpoints.push_back(endpoint(i));
    configure({});
    configure(endpoints);
    clock_.advance(seconds(10));
    run(300, milliseconds(10), [](const std::string&) { return milliseconds(5); });
    ASSERT_EQ(inRotation(), count);
    taken_.clear();
    const MonotonicTime stopped = clock_.now();
    const auto hung = [](const std::string& pod) {
      return milliseconds(pod == "search-1" ? -1 : 5);
    };
    while (healthy("search-1") && clock_.now() - stopped < seconds(5)) {
      run(1, milliseconds(10), hung);
    }
    EXPECT_LE(clock_.now() - stopped, milliseconds(count == 10 ? 800 : 500)) << count;
    EXPECT_THAT(viewOf("search-1").reason, HasSubstr("no answer to"));
    EXPECT_LE(taken_["search-1"], 5) << "few are caught by it";
    const int before = taken_["search-1"];
    run(50, milliseconds(10), hung);
    EXPECT_EQ(taken_["search-1"], before);
    for (Open& each : open_) {
      if (!each.answers) upstream_.finish(each.pick, Outcome::Timeout);
    }
    std::erase_if(open_, [](const Open& each) { return !each.answers; });
  }
}

TEST_F(OutlierTest, ATryAtAHangingEndpointIsNotWorthWaitingForNorIsItsProbeCondemned) {
  configure({endpoint(1), endpoint(2)});
  const auto caught = pick();
  EXPECT_TRUE(upstream_.worthWaiting(caught));
  run(100, milliseconds(10), [](const std::string&) { return milliseconds(5); });
  EXPECT_FALSE(upstream_.worthWaiting(caught));
  upstream_.finish(caught, Outcome::Timeout);
  clock_.advance(seconds(1));
  const auto probe = pick();
  ASSERT_EQ(probe.endpoint, caught.endpoint);
  EXPECT_TRUE(upstream_.worthWaiting(probe));
  upstream_.finish(probe, Outcome::Success);
}

TEST_F(OutlierTest, OurOwnPauseIsNobodysHang) {
  configure({endpoint(1), endpoint(2), endpoint(3)});
  const auto normal = [](const std::string&) { return milliseconds(20); };
  run(300, milliseconds(10), normal);
  clock_.advance(seconds(30));  // we were stopped, with requests in flight
  run(100, milliseconds(10), normal);
  EXPECT_EQ(inRotation(), 3);
}

TEST_F(OutlierTest, ALongStreamThatHasBegunIsNoHang) {
  configure({endpoint(1), endpoint(2)});
  auto stream = pick();
  upstream_.answered(stream, Outcome::Success);
  run(500, milliseconds(10), [](const std::string&) { return milliseconds(5); });
  EXPECT_EQ(inRotation(), 2);
  upstream_.finish(stream, Outcome::Success);
}

TEST_F(OutlierTest, OneSlowRequestIsNoHangAndALongOneIsForgivenAtOnce) {
  configure({endpoint(1), endpoint(2)});
  const auto answerIn = [](const std::string&) { return milliseconds(5); };
  const auto slow = pick();
  run(35, milliseconds(10), answerIn);
  EXPECT_EQ(inRotation(), 2);
  run(20, milliseconds(10), answerIn);
  EXPECT_EQ(inRotation(), 1) << "it may hang, and there is another one";
  upstream_.finish(slow, Outcome::Success);
  EXPECT_EQ(inRotation(), 2);
}

// 24: an idle standby is kept fresh by checks.
TEST_F(OutlierTest, AnIdleStandbyWantsChecksAndGoesOutByThem) {
  configure({endpoint(1), endpoint(2, wire::Tier::Standby)});
  clock_.advance(seconds(2));
  request();
  const auto due = upstream_.wantingCheck(seconds(2));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0]->pod, "search-2");
  upstream_.checked(due[0], CheckResult::Unreachable);
  EXPECT_TRUE(healthy("search-2"));
  upstream_.checked(due[0], CheckResult::Unreachable);
  EXPECT_FALSE(healthy("search-2"));
}

// 27: 429 is an answer below 500 and reopens; a failed probe doubles the wait.
TEST_F(OutlierTest, TheWaitDoublesWithEachFailedProbe) {
  configure({endpoint(1), endpoint(2)});
  refuseAt("search-1");
  for (const int wait : {1, 2, 4, 8, 16, 30, 30}) {
    EXPECT_EQ(viewOf("search-1").ejectedFor, seconds(wait));
    clock_.advance(seconds(wait));
    EXPECT_EQ(request(Outcome::ConnectFailed), "search-1");
  }
}

}  // namespace
}  // namespace shopkeeper::sidecar
