#include "sidecar/proxy/upstream.h"

#include <gtest/gtest.h>

#include <set>

#include "common/testing/manual_clock.h"
#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

wire::Endpoint endpoint(int number, wire::Tier tier = wire::Tier::Primary) {
  wire::Endpoint spec;
  spec.pod = "search-" + std::to_string(number);
  spec.address = "10.0.0." + std::to_string(number) + ":8080";
  spec.tier = tier;
  return spec;
}

class UpstreamTest : public ::testing::Test {
 protected:
  void configure(std::vector<wire::Endpoint> endpoints) { upstream_.configure({}, endpoints); }
  // One request's only try; returns the pod that took it, or nothing.
  std::string request(Outcome outcome = Outcome::Success, bool mayProbe = true) {
    const auto pick = upstream_.pick({}, mayProbe);
    if (pick.endpoint == nullptr) return "";
    upstream_.finish(pick, outcome);
    return pick.endpoint->pod;
  }
  std::set<std::string> takers(int requests) {
    std::set<std::string> pods;
    for (int i = 0; i < requests; ++i) pods.insert(request());
    return pods;
  }
  void eject(const std::string& pod) {
    for (int i = 0; i < 100; ++i) {
      const auto pick = upstream_.pick({}, false);
      const bool target = pick.endpoint->pod == pod;
      upstream_.finish(pick, target ? Outcome::ConnectFailed : Outcome::Success);
      if (target) return;
    }
    FAIL() << pod << " was never chosen";
  }

  testing::ManualClock clock_;
  std::vector<HealthEvent> events_;
  Upstream upstream_{"search", clock_, [this](const HealthEvent& e) { events_.push_back(e); }};
};

TEST_F(UpstreamTest, RoundRobinOverHealthyPrimaries) {
  configure({endpoint(1), endpoint(2), endpoint(3, wire::Tier::Standby)});
  EXPECT_EQ(takers(10), (std::set<std::string>{"search-1", "search-2"}));
}

TEST_F(UpstreamTest, StandbyTakesOverWhenAllPrimariesAreOut) {
  configure({endpoint(1), endpoint(2), endpoint(3, wire::Tier::Standby)});
  eject("search-1");
  eject("search-2");
  EXPECT_EQ(takers(10), std::set<std::string>{"search-3"});
}

TEST_F(UpstreamTest, TerminatingIsBetterThanUnhealthyButNothingElse) {
  wire::Endpoint leaving = endpoint(2);
  leaving.terminating = true;
  configure({endpoint(1), leaving});
  EXPECT_EQ(takers(4), std::set<std::string>{"search-1"});
  eject("search-1");
  EXPECT_EQ(takers(4), std::set<std::string>{"search-2"});
}

TEST_F(UpstreamTest, WithAllEjectedItStillTriesRatherThanFailing) {
  configure({endpoint(1)});
  eject("search-1");
  EXPECT_EQ(request(), "search-1");
  EXPECT_TRUE(upstream_.view().endpoints[0].reason.empty()) << "the success brings it back";
}

TEST_F(UpstreamTest, NeverTheSameEndpointTwiceForOneRequest) {
  configure({endpoint(1), endpoint(2)});
  const auto first = upstream_.pick({}, true);
  const std::vector<EndpointRef> tried{first.endpoint};
  const auto second = upstream_.pick(tried, false);
  ASSERT_NE(second.endpoint, nullptr);
  EXPECT_NE(second.endpoint, first.endpoint);
  const std::vector<EndpointRef> both{first.endpoint, second.endpoint};
  EXPECT_EQ(upstream_.pick(both, false).endpoint, nullptr);
  upstream_.finish(first, Outcome::ConnectFailed);
  upstream_.finish(second, Outcome::Success);
  EXPECT_EQ(upstream_.view().endpoints[1].counts.retries, 1u);
}

TEST_F(UpstreamTest, OnlyARepeatableRequestTestsAnEjectedEndpoint) {
  configure({endpoint(1), endpoint(2)});
  eject("search-1");
  clock_.advance(seconds(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(request(Outcome::Success, false), "search-2");
  EXPECT_EQ(request(Outcome::Success, true), "search-1");
  EXPECT_EQ(takers(4), (std::set<std::string>{"search-1", "search-2"}));
}

TEST_F(UpstreamTest, OneProbeAtATime) {
  configure({endpoint(1), endpoint(2)});
  eject("search-1");
  clock_.advance(seconds(1));
  const auto probe = upstream_.pick({}, true);
  EXPECT_EQ(probe.endpoint->pod, "search-1");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(request(), "search-2");
  upstream_.finish(probe, Outcome::ConnectFailed);
  EXPECT_EQ(upstream_.view().endpoints[0].ejectedFor, seconds(2));
}

TEST_F(UpstreamTest, StateSurvivesNewDirectivesAndVanishesWithTheEndpoint) {
  configure({endpoint(1), endpoint(2)});
  eject("search-1");
  configure({endpoint(2), endpoint(1), endpoint(3)});
  auto view = upstream_.view();
  EXPECT_EQ(view.endpoints[1].state, EndpointHealth::State::Ejected);
  EXPECT_GT(view.endpoints[0].counts.requests + view.endpoints[1].counts.requests, 0u);
  configure({endpoint(2)});
  configure({endpoint(1), endpoint(2)});
  view = upstream_.view();
  EXPECT_EQ(view.endpoints[0].state, EndpointHealth::State::Healthy);
  EXPECT_EQ(view.endpoints[0].counts.requests, 0u);
}

TEST_F(UpstreamTest, ANewPodAtAnOldAddressStartsClean) {
  configure({endpoint(1)});
  eject("search-1");
  wire::Endpoint reborn = endpoint(1);
  reborn.pod = "search-9";
  configure({reborn});
  EXPECT_EQ(upstream_.view().endpoints[0].state, EndpointHealth::State::Healthy);
}

TEST_F(UpstreamTest, AnEndpointRemovedInFlightIsNoTrouble) {
  configure({endpoint(1)});
  const auto pick = upstream_.pick({}, true);
  configure({});
  upstream_.finish(pick, Outcome::Success);
  EXPECT_EQ(upstream_.pick({}, true).endpoint, nullptr);
}

TEST_F(UpstreamTest, WeightZeroGetsNothing) {
  wire::Endpoint none = endpoint(1);
  none.weight = 0;
  configure({none, endpoint(2)});
  EXPECT_EQ(takers(5), std::set<std::string>{"search-2"});
  configure({none});
  EXPECT_EQ(request(), "");
}

TEST_F(UpstreamTest, RetriesStopWhenTheBudgetIsSpent) {
  UpstreamPolicy policy;
  policy.retryBudgetPercent = 0;
  upstream_.configure(policy, {endpoint(1), endpoint(2)});
  const auto first = upstream_.pick({}, true);
  const std::vector<EndpointRef> tried{first.endpoint};
  const auto second = upstream_.pick(tried, false);
  EXPECT_EQ(second.endpoint, nullptr);
  EXPECT_EQ(second.refusal, Upstream::Refusal::BudgetSpent);
  EXPECT_EQ(upstream_.view().retriesRefused, 1u);
  upstream_.finish(first, Outcome::Reset);
}

TEST_F(UpstreamTest, TooManyInFlightIsOverloadAndNobodysFault) {
  UpstreamPolicy policy;
  policy.maxInFlight = 1;
  upstream_.configure(policy, {endpoint(1)});
  const auto only = upstream_.pick({}, true);
  const auto refused = upstream_.pick({}, true);
  EXPECT_EQ(refused.endpoint, nullptr);
  EXPECT_EQ(refused.refusal, Upstream::Refusal::Overload);
  upstream_.finish(only, Outcome::Success);
  EXPECT_EQ(request(), "search-1");
  EXPECT_EQ(upstream_.view().endpoints[0].ejections, 0u);
}

TEST_F(UpstreamTest, IdleAndEjectedEndpointsWantChecks) {
  configure({endpoint(1), endpoint(2)});
  eject("search-1");
  request();
  auto due = upstream_.wantingCheck(seconds(2));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0]->pod, "search-1");
  clock_.advance(seconds(2));
  EXPECT_EQ(upstream_.wantingCheck(seconds(2)).size(), 2u);
}

TEST_F(UpstreamTest, EachChangeOfHealthIsToldOnce) {
  configure({endpoint(1), endpoint(2)});
  eject("search-1");
  clock_.advance(seconds(1));
  request();
  ASSERT_EQ(events_.size(), 2u);
  EXPECT_FALSE(events_[0].healthy);
  EXPECT_EQ(events_[0].pod, "search-1");
  EXPECT_FALSE(events_[0].reason.empty());
  EXPECT_TRUE(events_[1].healthy);
}

TEST(UpstreamTable, KeepsUpstreamsThatStayAndForgetsTheOthers) {
  testing::ManualClock clock;
  UpstreamTable table(clock, {});
  table.apply({{"search", {}, {endpoint(1)}}, {"knowledge", {}, {}}});
  const auto search = table.find("search");
  table.apply({{"search", {milliseconds(900), 10}, {endpoint(1), endpoint(2)}}});
  EXPECT_EQ(table.find("search"), search);
  EXPECT_EQ(search->policy().timeout, milliseconds(900));
  EXPECT_EQ(table.find("knowledge"), nullptr);
  EXPECT_EQ(table.find("sear"), nullptr);
}

}  // namespace
}  // namespace shopkeeper::sidecar
