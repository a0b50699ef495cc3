#include "sidecar/proxy/upstream.h"

#include "sidecar/proxy/upstream_table.h"
#include "tests/sidecar/upstream_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(UpstreamTest, HealthyPrimariesShareEvenly) {
  configure({endpoint(1), endpoint(2), endpoint(3, wire::Tier::Standby)});
  const auto taken = load(1'000);
  EXPECT_NEAR(taken.at("search-1"), 500, 10);
  EXPECT_NEAR(taken.at("search-2"), 500, 10);
  EXPECT_EQ(taken.count("search-3"), 0u);
}

TEST_F(UpstreamTest, TerminatingIsBetterThanUnhealthyButNothingElse) {
  wire::Endpoint leaving = endpoint(2);
  leaving.terminating = true;
  configure({endpoint(1), leaving});
  EXPECT_EQ(takers(10), std::set<std::string>{"search-1"});
  refuseAt("search-1");
  EXPECT_EQ(takers(10), std::set<std::string>{"search-2"});
}

TEST_F(UpstreamTest, WithNothingWellItStillTriesRatherThanFailing) {
  configure({endpoint(1)});
  upstream_.checked(pick().endpoint, CheckResult::NotReady);
  EXPECT_FALSE(healthy("search-1"));
  EXPECT_EQ(request(), "search-1");
  EXPECT_TRUE(healthy("search-1")) << "the success brings it back";
}

// traffic.md 23.
TEST_F(UpstreamTest, WithoutPanicNothingWellMeansNoEndpoint) {
  spec_.policy.tiers.panicPercent = 0;
  configure({endpoint(1)});
  const auto first = pick();
  upstream_.checked(first.endpoint, CheckResult::NotReady);
  EXPECT_EQ(request(), "");
  EXPECT_EQ(upstream_.view().noEndpoint, 1u);
}

TEST_F(UpstreamTest, NeverTheSameEndpointTwiceForOneRequest) {
  configure({endpoint(1), endpoint(2)});
  const auto first = pick();
  const std::vector<EndpointRef> tried{first.endpoint};
  const auto second = pick(false, tried);
  ASSERT_NE(second.endpoint, nullptr);
  EXPECT_NE(second.endpoint, first.endpoint);
  EXPECT_TRUE(first.alternative);
  EXPECT_FALSE(second.alternative);
  const std::vector<EndpointRef> both{first.endpoint, second.endpoint};
  EXPECT_EQ(pick(false, both).endpoint, nullptr);
  upstream_.finish(first, Outcome::ConnectFailed);
  upstream_.finish(second, Outcome::Success);
  EXPECT_EQ(viewOf(second.endpoint->pod).counts.retries, 1u);
}

TEST_F(UpstreamTest, OnlyARepeatableRequestTestsAnEjectedEndpoint) {
  configure({endpoint(1), endpoint(2)});
  refuseAt("search-1");
  clock_.advance(seconds(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(request(Outcome::Success, false), "search-2");
  EXPECT_EQ(request(Outcome::Success, true), "search-1");
  EXPECT_EQ(takers(10), (std::set<std::string>{"search-1", "search-2"}));
}

TEST_F(UpstreamTest, OneProbeAtATime) {
  configure({endpoint(1), endpoint(2)});
  refuseAt("search-1");
  clock_.advance(seconds(1));
  const auto probe = pick();
  EXPECT_EQ(probe.endpoint->pod, "search-1");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(request(), "search-2");
  upstream_.finish(probe, Outcome::ConnectFailed);
  EXPECT_EQ(viewOf("search-1").ejectedFor, seconds(2));
}

TEST_F(UpstreamTest, StateSurvivesNewDirectivesAndVanishesWithTheEndpoint) {
  configure({endpoint(1), endpoint(2)});
  refuseAt("search-1");
  configure({endpoint(2), endpoint(1), endpoint(3)});
  EXPECT_FALSE(healthy("search-1"));
  EXPECT_GT(viewOf("search-1").counts.requests, 0u);
  configure({endpoint(2)});
  configure({endpoint(1), endpoint(2)});
  EXPECT_TRUE(healthy("search-1"));
  EXPECT_EQ(viewOf("search-1").counts.requests, 0u);
}

TEST_F(UpstreamTest, ANewPodAtAnOldAddressStartsClean) {
  configure({endpoint(1), endpoint(2)});
  refuseAt("search-1");
  wire::Endpoint reborn = endpoint(1);
  reborn.pod = "search-9";
  configure({reborn, endpoint(2)});
  EXPECT_TRUE(healthy("search-9"));
}

TEST_F(UpstreamTest, AnEndpointRemovedInFlightIsNoTrouble) {
  configure({endpoint(1)});
  auto gone = pick(), answered = pick();
  configure({});
  upstream_.answered(answered, Outcome::Success);
  upstream_.finish(answered, Outcome::Success);
  upstream_.finish(gone, Outcome::Success);
  EXPECT_EQ(pick().endpoint, nullptr);
  EXPECT_EQ(upstream_.view().inFlight, 0u);
}

TEST_F(UpstreamTest, AnEndpointThatMovedInTheListInFlightIsFound) {
  configure({endpoint(1), endpoint(2), endpoint(3)});
  std::vector<Upstream::Pick> made;
  for (int i = 0; i < 9; ++i) made.push_back(pick());
  configure({endpoint(3), endpoint(1), endpoint(2)});
  for (auto& each : made) {
    upstream_.answered(each, Outcome::Success);
    upstream_.finish(each, Outcome::Success);
  }
  for (const auto& each : upstream_.view().endpoints) EXPECT_EQ(each.counts.inFlight, 0u);
}

TEST_F(UpstreamTest, WeightZeroGetsNothing) {
  wire::Endpoint none = endpoint(1);
  none.weight = 0;
  configure({none, endpoint(2)});
  EXPECT_EQ(takers(10), std::set<std::string>{"search-2"});
  configure({none});
  EXPECT_EQ(request(), "");
}

TEST_F(UpstreamTest, RetriesStopWhenTheBudgetIsSpent) {
  spec_.policy.retries.budgetPercent = 0;
  configure({endpoint(1), endpoint(2)});
  const auto first = pick();
  const std::vector<EndpointRef> tried{first.endpoint};
  const auto second = pick(false, tried);
  EXPECT_EQ(second.endpoint, nullptr);
  EXPECT_EQ(second.refusal, Upstream::Refusal::BudgetSpent);
  EXPECT_EQ(upstream_.view().retriesRefused, 1u);
  upstream_.finish(first, Outcome::Reset);
}

TEST_F(UpstreamTest, IdleAndEjectedEndpointsWantChecks) {
  configure({endpoint(1), endpoint(2)});
  refuseAt("search-1");
  request();
  auto due = upstream_.wantingCheck(seconds(2));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0]->pod, "search-1");
  clock_.advance(seconds(2));
  EXPECT_EQ(upstream_.wantingCheck(seconds(2)).size(), 2u);
}

TEST_F(UpstreamTest, EachChangeOfHealthIsToldOnce) {
  configure({endpoint(1), endpoint(2)});
  refuseAt("search-1");
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
  wire::Upstream search, knowledge;
  search.name = "search";
  search.endpoints = {endpoint(1)};
  knowledge.name = "knowledge";
  table.apply({search, knowledge});
  const auto found = table.find("search");
  search.policy.timeoutMs = 900;
  table.apply({search});
  EXPECT_EQ(table.find("search"), found);
  EXPECT_EQ(found->policy()->timeoutMs, 900);
  EXPECT_EQ(table.find("knowledge"), nullptr);
  EXPECT_EQ(table.find("sear"), nullptr);
}

}  // namespace
}  // namespace shopkeeper::sidecar
