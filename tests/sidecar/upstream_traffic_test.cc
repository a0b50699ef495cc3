// Where requests go: revisions, orders, tiers, distance, slow start, limits.
#include "sidecar/proxy/user_bucket.h"
#include "tests/sidecar/upstream_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::Tier;

class TrafficTest : public UpstreamTest {
 protected:
  RevisionView revision(const std::string& version) const {
    for (const RevisionView& each : upstream_.view().revisions) {
      if (each.version == version) return each;
    }
    return {};
  }
  TierView tier(Tier wanted) const {
    for (const TierView& each : upstream_.view().tiers) {
      if (each.tier == wanted) return each;
    }
    return {};
  }
  std::string requestOf(const std::string& user) {
    PickRequest request;
    request.user = userHash(user);
    const auto made = upstream_.pick(request);
    if (made.endpoint == nullptr) return "";
    upstream_.finish(made, Outcome::Success);
    return made.endpoint->pod;
  }
  // Both primaries fail their checks; so does each later check.
  void killPrimaries(std::vector<std::string> pods) {
    for (const auto& ref : upstream_.wantingCheck(Duration(0))) {
      for (const auto& pod : pods) {
        if (ref->pod == pod) upstream_.checked(ref, CheckResult::NotReady);
      }
    }
  }
};

TEST_F(TrafficTest, RevisionSharesAreWithinAPointOverTenThousand) {
  spec_.revisions = {{"v2", 500}, {"v1", 9'500}};
  configure({endpoint(1, Tier::Primary, "v1"), endpoint(2, Tier::Primary, "v1"),
             endpoint(3, Tier::Primary, "v2")});
  load(10'000);
  EXPECT_NEAR(static_cast<double>(revision("v2").requests), 500, 10);
  EXPECT_NEAR(static_cast<double>(revision("v1").requests), 9'500, 10);
}

TEST_F(TrafficTest, RevisionSharesHoldWhileHostsComeAndGo) {
  spec_.revisions = {{"v2", 1'000}, {"v1", 9'000}};
  for (int round = 0; round < 100; ++round) {
    std::vector<wire::Endpoint> endpoints;
    for (int i = 0; i < 3 + round % 4; ++i) {
      endpoints.push_back(endpoint(10 + (round * 2 + i) % 50, Tier::Primary, "v1"));
    }
    for (int i = 0; i < 1 + round % 3; ++i) {
      endpoints.push_back(endpoint(100 + (round + i) % 20, Tier::Primary, "v2"));
    }
    configure(endpoints);
    load(100, milliseconds(10), [round](const std::string& pod) {
      return round % 7 == 0 && pod == "search-12" ? Outcome::ConnectFailed : Outcome::Success;
    });
  }
  EXPECT_NEAR(static_cast<double>(revision("v2").requests), 1'000, 100);
  EXPECT_EQ(revision("v1").requests + revision("v2").requests, 10'000u);
}

// traffic.md 46.
TEST_F(TrafficTest, AUserStaysWithARevisionInEveryUpstream) {
  spec_.revisions = {{"v2", 2'000}, {"v1", 8'000}};
  configure({endpoint(1, Tier::Primary, "v1"), endpoint(2, Tier::Primary, "v2")});
  Upstream other("knowledge", clock_, {}, random_);
  other.configure(spec_);
  int second = 0;
  for (int i = 0; i < 2'000; ++i) {
    const std::string user = "user-" + std::to_string(i);
    const std::string pod = requestOf(user);
    EXPECT_EQ(requestOf(user), pod);
    PickRequest request;
    request.user = userHash(user);
    const auto elsewhere = other.pick(request);
    EXPECT_EQ(elsewhere.endpoint->pod, pod);
    other.finish(elsewhere, Outcome::Success);
    second += pod == "search-2";
  }
  EXPECT_NEAR(second, 400, 60);
}

TEST_F(TrafficTest, WithoutStickinessTheUserDoesNotMatter) {
  spec_.revisions = {{"v2", 5'000}, {"v1", 5'000}};
  spec_.policy.sticky = false;
  configure({endpoint(1, Tier::Primary, "v1"), endpoint(2, Tier::Primary, "v2")});
  std::set<std::string> pods;
  for (int i = 0; i < 10; ++i) pods.insert(requestOf("anna"));
  EXPECT_EQ(pods.size(), 2u);
}

TEST_F(TrafficTest, ARevisionThatCannotServeFallsBackAndTheCountsSayIt) {
  spec_.revisions = {{"v2", 5'000}, {"v1", 5'000}};
  configure({endpoint(1, Tier::Primary, "v1")});
  load(100);
  EXPECT_EQ(revision("v1").requests, 100u);
  EXPECT_EQ(revision("v2").requests, 0u);
  EXPECT_EQ(revision("v2").weight, 5'000);
}

TEST_F(TrafficTest, EndpointsOfNoListedRevisionServeOnlyForWantOfOthers) {
  spec_.revisions = {{"v1", 10'000}};
  configure({endpoint(1, Tier::Primary, "v1"), endpoint(2)});
  EXPECT_EQ(takers(50), std::set<std::string>{"search-1"});
  killPrimaries({"search-1"});
  EXPECT_EQ(takers(50), std::set<std::string>{"search-2"});
}

TEST_F(TrafficTest, ErrorsOfFirstTriesCountForTheRevision) {
  configure({endpoint(1, Tier::Primary, "v1"), endpoint(2, Tier::Primary, "v1")});
  load(10, Duration(0), [](const std::string&) { return Outcome::ServerError; });
  const auto first = pick();
  const std::vector<EndpointRef> tried{first.endpoint};
  const auto second = pick(false, tried);
  upstream_.finish(first, Outcome::Success);
  upstream_.finish(second, Outcome::Reset);
  EXPECT_EQ(revision("v1").requests, 11u);
  EXPECT_EQ(revision("v1").errors, 10u);
}

TEST_F(TrafficTest, APinnedPodTakesEverythingWhileItIsListed) {
  spec_.pin = "search-2";
  configure({endpoint(1), endpoint(2), endpoint(3)});
  EXPECT_EQ(takers(50), std::set<std::string>{"search-2"});
  killPrimaries({"search-2"});
  EXPECT_EQ(takers(50), std::set<std::string>{"search-2"}) << "an order is an order";
  configure({endpoint(1), endpoint(3)});
  EXPECT_EQ(takers(50), (std::set<std::string>{"search-1", "search-3"}));
}

TEST_F(TrafficTest, DrainedOnesServeForWantOfOthersEjectedOnesNever) {
  wire::Endpoint drained = endpoint(2), ejected = endpoint(3);
  drained.order = wire::EndpointOrder::Drain;
  ejected.order = wire::EndpointOrder::Eject;
  configure({endpoint(1), drained, ejected});
  EXPECT_EQ(takers(50), std::set<std::string>{"search-1"});
  configure({drained, ejected});
  EXPECT_EQ(takers(50), std::set<std::string>{"search-2"});
  configure({ejected});
  EXPECT_EQ(request(), "");
}

TEST_F(TrafficTest, StandbyTakesOverAtOnceAndPrimariesTakeBackAfterTheHoldDown) {
  configure({endpoint(1), endpoint(2), endpoint(3, Tier::Standby)});
  EXPECT_EQ(takers(50).count("search-3"), 0u);
  refuseAt("search-1");
  refuseAt("search-2");
  EXPECT_EQ(takers(50), std::set<std::string>{"search-3"}) << "the very next request";
  EXPECT_EQ(tier(Tier::Standby).trafficPercent, 100);
  clock_.advance(seconds(1));
  // The probes bring both back, but they get nothing more for ten seconds.
  EXPECT_EQ(request(), "search-1");
  EXPECT_EQ(request(), "search-2");
  EXPECT_TRUE(healthy("search-1") && healthy("search-2"));
  EXPECT_EQ(load(99, milliseconds(100)).at("search-3"), 99);
  clock_.advance(milliseconds(200));
  EXPECT_EQ(takers(50), (std::set<std::string>{"search-1", "search-2"}));
}

TEST_F(TrafficTest, APrimaryHeldBackServesWhereTheStandbyCannot) {
  configure({endpoint(1), endpoint(2, Tier::Standby)});
  killPrimaries({"search-1"});
  EXPECT_EQ(request(), "search-2");
  clock_.advance(seconds(1));
  for (const auto& ref : upstream_.wantingCheck(Duration(0))) {
    if (ref->pod == "search-1") upstream_.checked(ref, CheckResult::Passed);
  }
  EXPECT_TRUE(healthy("search-1"));
  EXPECT_EQ(request(), "search-2") << "held back";
  killPrimaries({"search-2"});
  EXPECT_EQ(takers(20), std::set<std::string>{"search-1"});
}

// traffic.md 43, through the whole upstream.
TEST_F(TrafficTest, AFlappingPrimarySwitchesOnce) {
  configure({endpoint(1), endpoint(2, Tier::Standby)});
  int switches = 0, returns = 0;
  std::string last = request();
  for (int tick = 0; tick < 1'200; ++tick) {
    const bool up = tick / 50 % 2 == 1;
    const bool out = !healthy("search-1");
    for (const auto& ref : upstream_.wantingCheck(seconds(1))) {
      const bool well = up || ref->pod == "search-2";
      upstream_.checked(ref, well ? CheckResult::Passed : CheckResult::Unreachable);
    }
    returns += out && healthy("search-1");
    clock_.advance(milliseconds(100));
    const auto made = pick();
    const std::string taker = made.endpoint->pod;
    const bool dead = !up && taker == "search-1";
    upstream_.finish(made, dead ? Outcome::ConnectFailed : Outcome::Success);
    switches += taker != last;
    last = taker;
  }
  EXPECT_EQ(switches, 1);
  EXPECT_EQ(last, "search-2");
  EXPECT_GT(returns, 5) << "it did come back each time";
}

TEST_F(TrafficTest, InPanicSickOnesHelpButDeadOnesDoNot) {
  configure({endpoint(1), endpoint(2), endpoint(3), endpoint(4), endpoint(5)});
  refuseAt("search-1");
  refuseAt("search-2");
  load(200, Duration(0), [](const std::string& pod) {
    return pod == "search-3" ? Outcome::ServerError : Outcome::Success;
  });
  EXPECT_FALSE(healthy("search-3"));
  EXPECT_TRUE(tier(Tier::Primary).panic);
  std::set<std::string> pods;
  for (int i = 0; i < 300; ++i) pods.insert(request(Outcome::Success, false));
  EXPECT_EQ(pods, (std::set<std::string>{"search-3", "search-4", "search-5"}));
}

TEST_F(TrafficTest, ANewEndpointStartsSlowlyButNotAtProcessStart) {
  configure({endpoint(1), endpoint(2), endpoint(3)});
  EXPECT_NEAR(load(300).at("search-3"), 100, 10) << "all are new at process start";
  configure({endpoint(1), endpoint(2), endpoint(4)});
  EXPECT_NEAR(load(2'100).at("search-4"), 100, 25);
  clock_.advance(milliseconds(2'500));
  EXPECT_NEAR(load(2'550).at("search-4"), 550, 60);
  clock_.advance(milliseconds(2'500));
  EXPECT_NEAR(load(3'000).at("search-4"), 1'000, 60);
}

class LocalTrafficTest : public TrafficTest {
 protected:
  static wire::Endpoint at(int number, const std::string& node, const std::string& zone) {
    wire::Endpoint made = endpoint(number);
    made.node = node;
    made.zone = zone;
    return made;
  }
  std::map<std::string, int> taken(int count) {
    std::map<std::string, int> pods;
    for (int i = 0; i < count; ++i) {
      const auto made = local_.pick({});
      ++pods[made.endpoint->pod];
      local_.finish(made, Outcome::Success);
    }
    return pods;
  }
  Upstream local_{"search", clock_, {}, random_, {"n1", "z1"}};
};

// traffic.md 47.
TEST_F(LocalTrafficTest, TheNearestThatCanServeDoes) {
  spec_.endpoints = {at(1, "n1", "z1"), at(2, "n2", "z1"), at(3, "n3", "z2")};
  local_.configure(spec_);
  EXPECT_EQ(taken(300), (std::map<std::string, int>{{"search-1", 300}}));
  spec_.endpoints.erase(spec_.endpoints.begin());
  local_.configure(spec_);
  EXPECT_EQ(taken(300), (std::map<std::string, int>{{"search-2", 300}}));
  spec_.policy.preferLocal = false;
  local_.configure(spec_);
  EXPECT_NEAR(taken(300).at("search-3"), 150, 10);
}

TEST_F(LocalTrafficTest, BusyNearOnesOverflow) {
  spec_.endpoints = {at(1, "n1", "z1"), at(2, "n2", "z2"), at(3, "n3", "z2")};
  local_.configure(spec_);
  std::map<std::string, int> pods;
  std::vector<Upstream::Pick> open;
  for (int i = 0; i < 40; ++i) {
    open.push_back(local_.pick({}));
    ++pods[open.back().endpoint->pod];
  }
  EXPECT_GT(pods["search-1"], pods["search-2"]);
  EXPECT_GT(pods["search-2"], 5);
  EXPECT_GT(pods["search-3"], 5);
}

TEST_F(LocalTrafficTest, TooFewNearOnesGetOnlyTheirShare) {
  spec_.endpoints = {at(1, "n2", "z1"), at(2, "n3", "z1"), at(3, "n4", "z2"), at(4, "n5", "z2")};
  local_.configure(spec_);
  for (const auto& ref : local_.wantingCheck(Duration(0))) {
    if (ref->pod == "search-1") local_.checked(ref, CheckResult::NotReady);
  }
  const auto pods = taken(1'000);
  EXPECT_NEAR(pods.at("search-2"), 700, 60) << "half of the zone is well: 50 % x 1.4";
}

TEST_F(TrafficTest, TooManyInFlightIsOverloadAndNobodysFault) {
  spec_.policy.isolation.maxInFlight = 1;
  configure({endpoint(1)});
  const auto only = pick();
  const auto refused = pick();
  EXPECT_EQ(refused.endpoint, nullptr);
  EXPECT_EQ(refused.refusal, Upstream::Refusal::Overload);
  upstream_.finish(only, Outcome::Success);
  EXPECT_EQ(request(), "search-1");
  EXPECT_EQ(viewOf("search-1").ejections, 0u);
}

// traffic.md 10.
TEST_F(TrafficTest, ALimitOfZeroIsAClosedCircuit) {
  spec_.policy.isolation.maxInFlight = 0;
  configure({endpoint(1)});
  EXPECT_EQ(pick().refusal, Upstream::Refusal::Overload);
  EXPECT_EQ(upstream_.view().overload, 1u);
}

TEST_F(TrafficTest, WhatCanWaitIsShedFirstAndCounted) {
  spec_.policy.isolation.maxInFlight = 10;
  configure({endpoint(1), endpoint(2)});
  const auto tryAs = [&](wire::Priority priority) {
    PickRequest request;
    request.priority = priority;
    return upstream_.pick(request).endpoint != nullptr;
  };
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(tryAs(wire::Priority::Sheddable));
  EXPECT_FALSE(tryAs(wire::Priority::Sheddable));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(tryAs(wire::Priority::Normal));
  EXPECT_FALSE(tryAs(wire::Priority::Normal));
  EXPECT_TRUE(tryAs(wire::Priority::Critical));
  EXPECT_FALSE(tryAs(wire::Priority::Critical));
  EXPECT_EQ(upstream_.view().shed, (std::array<std::uint64_t, 3>{1, 1, 1}));
}

TEST_F(TrafficTest, AFullEndpointIsPassedOverAllFullIsOverload) {
  spec_.policy.isolation.maxInFlightPerEndpoint = 2;
  configure({endpoint(1), endpoint(2)});
  std::map<std::string, int> pods;
  for (int i = 0; i < 4; ++i) ++pods[pick().endpoint->pod];
  EXPECT_EQ(pods, (std::map<std::string, int>{{"search-1", 2}, {"search-2", 2}}));
  EXPECT_EQ(pick().refusal, Upstream::Refusal::Overload);
}

}  // namespace
}  // namespace shopkeeper::sidecar
