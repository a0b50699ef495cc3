// Second tries beside slow ones: where they go, who pays, and what is learnt from the slower one.
#include "tests/sidecar/upstream_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

class UpstreamHedgeTest : public UpstreamTest {
 protected:
  UpstreamHedgeTest() { spec_.policy.hedge.quantilePercent = 95; }
  Upstream::Pick hedge(const std::vector<EndpointRef>& tried) {
    PickRequest request;
    request.tried = tried;
    request.hedge = true;
    return upstream_.pick(request);
  }
  // A first try at that pod.
  Upstream::Pick pickAt(const std::string& pod) {
    for (int i = 0; i < 1'000; ++i) {
      auto made = pick(false);
      if (made.endpoint->pod == pod) return made;
      upstream_.finish(made, Outcome::Neutral);
    }
    ADD_FAILURE() << pod << " was never chosen";
    return {};
  }
};

TEST_F(UpstreamHedgeTest, BeginsAfterTheLeastDelayOnceEnoughIsKnown) {
  configure({endpoint(1), endpoint(2)});
  EXPECT_FALSE(upstream_.hedgeDelay());
  load(50);
  ASSERT_TRUE(upstream_.hedgeDelay());
  EXPECT_EQ(*upstream_.hedgeDelay(), milliseconds(10));
}

TEST_F(UpstreamHedgeTest, IsPaidFromTheRetryBudget) {
  spec_.policy.retries.budgetPercent = 0;
  configure({endpoint(1), endpoint(2)});
  const auto first = pick();
  const auto second = hedge({first.endpoint});
  EXPECT_EQ(second.endpoint, nullptr);
  EXPECT_EQ(second.refusal, Upstream::Refusal::BudgetSpent);
  const auto view = upstream_.view();
  EXPECT_EQ(view.hedges.refused, 1u);
  EXPECT_EQ(view.hedges.started, 0u);
  EXPECT_EQ(view.retriesRefused, 0u);
  upstream_.finish(first, Outcome::Success);
}

TEST_F(UpstreamHedgeTest, GoesToAHealthyPeerOfTheSameRevisionAndTierOrNowhere) {
  spec_.revisions = {{"2", 1'000}, {"1", 9'000}};
  wire::Endpoint leaving = endpoint(6, wire::Tier::Primary, "1");
  leaving.terminating = true;
  configure({endpoint(1, wire::Tier::Primary, "1"), endpoint(2, wire::Tier::Standby, "1"),
             endpoint(3, wire::Tier::Primary, "2"), endpoint(4, wire::Tier::Primary, "1"),
             leaving});
  const auto first = pickAt("search-1");
  for (int i = 0; i < 5; ++i) {
    const auto second = hedge({first.endpoint});
    ASSERT_NE(second.endpoint, nullptr);
    EXPECT_EQ(second.endpoint->pod, "search-4");
    upstream_.finish(second, Outcome::Neutral);
  }
  upstream_.checked(pickAt("search-4").endpoint, CheckResult::NotReady);
  EXPECT_EQ(hedge({first.endpoint}).endpoint, nullptr);
  EXPECT_EQ(upstream_.view().hedges.refused, 0u) << "nowhere to go is not the budget";
}

TEST_F(UpstreamHedgeTest, ThatIsNotAdmittedShedsNoRequest) {
  spec_.policy.isolation.maxInFlight = 1;
  spec_.policy.isolation.adaptive = false;
  spec_.policy.priority = wire::Priority::Critical;
  configure({endpoint(1), endpoint(2)});
  const auto first = pick();
  ASSERT_NE(first.endpoint, nullptr);
  EXPECT_EQ(hedge({first.endpoint}).refusal, Upstream::Refusal::Overload);
  EXPECT_EQ(upstream_.view().overload, 0u);
  upstream_.finish(first, Outcome::Success);
}

TEST_F(UpstreamHedgeTest, WhatIsStartedIsWonLostOrInFlight) {
  configure({endpoint(1), endpoint(2)});
  const auto first = pick();
  auto won = hedge({first.endpoint});
  const auto lost = hedge({first.endpoint}), waiting = hedge({first.endpoint});
  won.won = true;
  upstream_.finish(won, Outcome::Success);
  upstream_.finish(lost, Outcome::Neutral);
  const auto view = upstream_.view();
  EXPECT_EQ(view.hedges.started, 3u);
  EXPECT_EQ(view.hedges.won, 1u);
  EXPECT_EQ(view.hedges.lost, 1u);
  EXPECT_EQ(view.inFlight, 2u);
  EXPECT_EQ(view.requests, 1u) << "a hedge is no request";
  upstream_.finish(waiting, Outcome::Neutral);
  upstream_.finish(first, Outcome::Success);
}

TEST_F(UpstreamHedgeTest, AnOutrunTryCountsWithItsTimeAndWithoutBlame) {
  spec_.policy.outlier.latencyFactor = 0;
  configure({endpoint(1), endpoint(2)});
  load(50);
  const auto first = pickAt("search-1");
  clock_.advance(milliseconds(300));
  for (int i = 0; i < 5; ++i) upstream_.outrun(first);
  upstream_.finish(first, Outcome::Neutral);
  const auto seen = viewOf("search-1");
  EXPECT_EQ(seen.counts.errors, 0u);
  EXPECT_EQ(seen.counts.inFlight, 0u);
  EXPECT_EQ(seen.ejections, 0u);
  EXPECT_TRUE(healthy("search-1"));
  EXPECT_GE(*upstream_.hedgeDelay(), milliseconds(250)) << "5 of 55 took at least 300 ms";
  EXPECT_EQ(takers(20), std::set<std::string>{"search-2"}) << "the slower one costs more";
}

TEST_F(UpstreamHedgeTest, AHedgeThatWasOutrunSaysNothing) {
  configure({endpoint(1), endpoint(2)});
  load(50);
  for (int i = 0; i < 20; ++i) {
    const auto first = pickAt("search-1");
    const auto second = hedge({first.endpoint});
    clock_.advance(milliseconds(300));
    upstream_.outrun(second);
    upstream_.finish(second, Outcome::Neutral);
    upstream_.finish(first, Outcome::Neutral);
  }
  EXPECT_EQ(*upstream_.hedgeDelay(), milliseconds(10));
  EXPECT_TRUE(healthy("search-2"));
}

// Hedging must not hide from the others what is wrong with it.
TEST_F(UpstreamHedgeTest, AnEndpointThatIsOutrunTimeAndAgainIsFoundSlow) {
  configure({endpoint(1), endpoint(2), endpoint(3)});
  load(60, milliseconds(1));
  const auto first = pickAt("search-1");
  for (int i = 0; i < 12; ++i) {
    clock_.advance(milliseconds(20));
    Upstream::Pick slow = first;
    slow.startedAt = clock_.now() - milliseconds(500);
    upstream_.outrun(slow);
    load(3);
  }
  EXPECT_FALSE(healthy("search-1"));
  EXPECT_NE(viewOf("search-1").reason.find("ms"), std::string::npos) << viewOf("search-1").reason;
  EXPECT_EQ(viewOf("search-1").counts.errors, 0u);
  upstream_.finish(first, Outcome::Neutral);
}

TEST_F(UpstreamHedgeTest, BesideAnEndpointThatIsGoneThereIsNone) {
  configure({endpoint(1), endpoint(2)});
  const auto first = pickAt("search-1");
  configure({endpoint(2)});
  EXPECT_EQ(hedge({first.endpoint}).endpoint, nullptr);
  upstream_.outrun(first);
  upstream_.finish(first, Outcome::Neutral);
  EXPECT_EQ(upstream_.view().inFlight, 0u);
}

}  // namespace
}  // namespace shopkeeper::sidecar
