#include "sidecar/proxy/endpoint_health.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = EndpointHealth::State;

// One endpoint under simulated time.
class EndpointHealthTest : public ::testing::Test {
 protected:
  // Every suspicion ejects, as where there are other endpoints.
  void outcome(Outcome outcome, int times = 1) {
    for (int i = 0; i < times; ++i) {
      const auto suspicion = health_.onOutcome(outcome, now_, now_);
      if (suspicion) health_.eject(*suspicion, now_);
    }
  }
  void advance(Duration by) { now_ += by; }
  // Ejects a healthy endpoint, lets the back-off pass and fails the probe `times` times.
  Duration nextBackOff() {
    const Duration wait = health_.ejectedUntil() - now_;
    advance(wait);
    return wait;
  }
  void probe(Outcome result) {
    ASSERT_TRUE(health_.wantsProbe(now_));
    health_.beginProbe();
    outcome(result);
  }

  MonotonicTime now_{std::chrono::hours(1)};
  EndpointHealth health_;
};

TEST_F(EndpointHealthTest, OneRefusedConnectionEjects) {
  outcome(Outcome::ConnectFailed);
  EXPECT_EQ(health_.state(), State::Ejected);
  EXPECT_EQ(health_.reason(), "1 failed connects in a row");
}

TEST_F(EndpointHealthTest, ServerErrorsEjectOnTheFifthInARow) {
  outcome(Outcome::ServerError, 4);
  outcome(Outcome::Success);
  outcome(Outcome::ServerError, 4);
  EXPECT_TRUE(health_.healthy());
  outcome(Outcome::ServerError);
  EXPECT_FALSE(health_.healthy());
  EXPECT_EQ(health_.ejectionCount(), 1u);
}

TEST_F(EndpointHealthTest, GatewayFailuresOfDifferentKindsAddUp) {
  outcome(Outcome::Reset);
  EXPECT_TRUE(health_.healthy());
  outcome(Outcome::Timeout);
  EXPECT_FALSE(health_.healthy());
  EXPECT_NE(health_.reason().find("timeout"), std::string::npos);
}

TEST_F(EndpointHealthTest, NeutralOutcomesSayNothing) {
  outcome(Outcome::Reset);
  outcome(Outcome::Neutral, 50);
  EXPECT_TRUE(health_.healthy());
}

TEST_F(EndpointHealthTest, BackOffDoublesToItsMaximumAndStaysThere) {
  outcome(Outcome::ConnectFailed);
  for (const int expected : {1, 2, 4, 8, 16, 30, 30, 30}) {
    EXPECT_FALSE(health_.wantsProbe(now_ + seconds(expected) - milliseconds(1)));
    EXPECT_EQ(nextBackOff(), seconds(expected));
    probe(Outcome::Reset);
  }
}

TEST_F(EndpointHealthTest, ExactlyOneProbeIsAdmitted) {
  outcome(Outcome::ConnectFailed);
  nextBackOff();
  ASSERT_TRUE(health_.wantsProbe(now_));
  health_.beginProbe();
  EXPECT_FALSE(health_.wantsProbe(now_));
  outcome(Outcome::Success);
  EXPECT_TRUE(health_.healthy());
  EXPECT_EQ(health_.reason(), "");
}

TEST_F(EndpointHealthTest, ANeutralProbeMayBeRepeatedAtOnce) {
  outcome(Outcome::ConnectFailed);
  nextBackOff();
  probe(Outcome::Neutral);
  EXPECT_TRUE(health_.wantsProbe(now_));
}

// envoy 40697: after the first return it took more errors than the threshold.
TEST_F(EndpointHealthTest, TheSecondEjectionNeedsExactlyTheThresholdAgain) {
  outcome(Outcome::ServerError, 5);
  nextBackOff();
  probe(Outcome::Success);
  advance(seconds(1));
  outcome(Outcome::ServerError, 4);
  EXPECT_TRUE(health_.healthy());
  outcome(Outcome::ServerError);
  EXPECT_FALSE(health_.healthy());
}

TEST_F(EndpointHealthTest, ARelapseSoonAfterReturnBacksOffLonger) {
  outcome(Outcome::ConnectFailed);
  nextBackOff();
  probe(Outcome::Success);
  advance(seconds(9));
  outcome(Outcome::ConnectFailed);
  EXPECT_EQ(nextBackOff(), seconds(2));
}

// traffic.md 13: the ladder goes down one step for every healthy interval.
TEST_F(EndpointHealthTest, GoodTimeStepsTheBackOffDown) {
  for (const auto& [healthyFor, expected] :
       {std::pair{9, 8}, {10, 4}, {20, 2}, {30, 1}, {500, 1}}) {
    health_ = EndpointHealth();
    now_ += seconds(1'000);
    outcome(Outcome::ConnectFailed);
    for (int i = 0; i < 2; ++i) {  // 1, 2, 4 s
      nextBackOff();
      probe(Outcome::Reset);
    }
    nextBackOff();
    probe(Outcome::Success);
    advance(seconds(healthyFor));
    outcome(Outcome::ConnectFailed);
    EXPECT_EQ(nextBackOff(), seconds(expected)) << healthyFor << " s well";
  }
}

TEST_F(EndpointHealthTest, WhatBeganBeforeTheEjectionIsOldNews) {
  const MonotonicTime before = now_;
  advance(milliseconds(10));
  outcome(Outcome::ConnectFailed);
  advance(milliseconds(10));
  health_.onOutcome(Outcome::Success, before, now_);
  EXPECT_EQ(health_.state(), State::Ejected);
}

TEST_F(EndpointHealthTest, LateFailuresOfTheOutageDoNotEjectAgain) {
  outcome(Outcome::ConnectFailed);
  const MonotonicTime during = now_;
  nextBackOff();
  advance(milliseconds(1));
  probe(Outcome::Success);
  for (int i = 0; i < 10; ++i) health_.onOutcome(Outcome::Timeout, during, now_);
  EXPECT_TRUE(health_.healthy());
}

TEST_F(EndpointHealthTest, APassedCheckAdmitsTheProbeEarly) {
  outcome(Outcome::ConnectFailed);
  EXPECT_FALSE(health_.wantsProbe(now_));
  health_.onCheck(CheckResult::Passed, now_);
  EXPECT_TRUE(health_.wantsProbe(now_));
  EXPECT_FALSE(health_.healthy()) << "only a real request brings an endpoint back";
}

TEST_F(EndpointHealthTest, WhileChecksFailNoRequestIsSpentOnAProbe) {
  outcome(Outcome::ConnectFailed);
  health_.onCheck(CheckResult::Unreachable, now_);
  nextBackOff();
  EXPECT_FALSE(health_.wantsProbe(now_));
  advance(seconds(30));
  EXPECT_TRUE(health_.wantsProbe(now_)) << "checks alone cannot keep it out for ever";
}

// Without traffic there is no request that could try it.
TEST_F(EndpointHealthTest, AnIdleEndpointThatChecksTookOutComesBackByOneThatPasses) {
  health_.onCheck(CheckResult::NotReady, now_);
  health_.onCheck(CheckResult::Passed, now_);
  EXPECT_TRUE(health_.healthy());
  for (int i = 0; i < 2; ++i) health_.onCheck(CheckResult::Unreachable, now_);
  EXPECT_FALSE(health_.healthy());
  health_.onCheck(CheckResult::Passed, now_);
  EXPECT_TRUE(health_.healthy());
  outcome(Outcome::ConnectFailed);
  health_.onCheck(CheckResult::NotReady, now_);
  health_.onCheck(CheckResult::Passed, now_);
  EXPECT_TRUE(health_.healthy()) << "it was away and is back";
}

// traffic.md 12: 4 bad, 1 good, 4 bad stay; 5 in a row eject, once.
TEST_F(EndpointHealthTest, ConsecutiveVectors) {
  struct Case {
    const char* outcomes;  // s: 5xx, g: gateway, r: reset, t: time-out, c: connect, .: good
    bool out;
  };
  for (const Case& c : {Case{"ssss.ssss", false},
                        {"sssss", true},
                        {"ss.sss", false},
                        {"g.g.g.g", false},
                        {"gg", true},
                        {"gt", true},
                        {"rst", false},
                        {"c", true},
                        {"....c", true},
                        {"ssgsss", true},
                        {"sgsgs", false}}) {
    health_ = EndpointHealth();
    for (const char* at = c.outcomes; *at != 0; ++at) {
      outcome(*at == 's'   ? Outcome::ServerError
              : *at == 'g' ? Outcome::GatewayError
              : *at == 'r' ? Outcome::Reset
              : *at == 't' ? Outcome::Timeout
              : *at == 'c' ? Outcome::ConnectFailed
                           : Outcome::Success);
    }
    EXPECT_EQ(!health_.healthy(), c.out) << c.outcomes;
    EXPECT_EQ(health_.ejectionCount(), c.out ? 1u : 0u) << c.outcomes;
  }
}

// traffic.md 14: a detector that may not eject says so each time its counter is full.
TEST_F(EndpointHealthTest, RefusedEjectionsAreCountedAndExplained) {
  for (int i = 0; i < 100; ++i) {
    const auto suspicion = health_.onOutcome(Outcome::ServerError, now_, now_);
    if (suspicion) health_.refuse(*suspicion, "it is the last one", now_);
  }
  EXPECT_TRUE(health_.healthy());
  EXPECT_EQ(health_.refusals()[static_cast<std::size_t>(EjectionCause::ServerErrors)], 20u);
  EXPECT_EQ(health_.refusal(now_), "not ejected for 5 server errors in a row: it is the last one");
  EXPECT_EQ(health_.refusal(now_ + seconds(11)), "");
}

// traffic.md 25 and 26.
TEST_F(EndpointHealthTest, ALowSuccessRateIsSuspiciousFromTheLeastSamplesOn) {
  std::optional<Suspicion> found;
  for (int i = 0; i < 19; ++i) {
    found = health_.onOutcome(i % 3 == 0 ? Outcome::ServerError : Outcome::Success, now_, now_);
    EXPECT_FALSE(found) << i;
  }
  found = health_.onOutcome(Outcome::ServerError, now_, now_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->cause, EjectionCause::SuccessRate);
  EXPECT_EQ(found->reason, "8 of 20 requests failed within 10000 ms");
}

TEST_F(EndpointHealthTest, WhereBothAreReachedItIsTheConsecutiveFailures) {
  outcome(Outcome::Success, 15);
  std::optional<Suspicion> found;
  for (int i = 0; i < 5; ++i) found = health_.onOutcome(Outcome::ServerError, now_, now_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->cause, EjectionCause::ServerErrors);
}

TEST_F(EndpointHealthTest, ZeroSwitchesADetectorOff) {
  wire::OutlierPolicy off;
  off.connectFailures = off.gatewayFailures = off.serverErrors = off.successRatePercent = 0;
  health_ = EndpointHealth(off);
  outcome(Outcome::ConnectFailed, 50);
  outcome(Outcome::ServerError, 50);
  outcome(Outcome::Timeout, 50);
  EXPECT_TRUE(health_.healthy());
}

TEST_F(EndpointHealthTest, AHungEndpointThatAnswersAfterAllIsBack) {
  const MonotonicTime asked = now_;
  advance(milliseconds(300));
  health_.eject({EjectionCause::Hang, "silent"}, now_);
  EXPECT_TRUE(health_.dead());
  advance(milliseconds(100));
  health_.onOutcome(Outcome::Success, asked, now_);
  EXPECT_TRUE(health_.healthy());
}

TEST_F(EndpointHealthTest, AnIdleEndpointIsEjectedByChecksAlone) {
  health_.onCheck(CheckResult::Unreachable, now_);
  EXPECT_TRUE(health_.healthy());
  health_.onCheck(CheckResult::Passed, now_);
  health_.onCheck(CheckResult::Unreachable, now_);
  EXPECT_TRUE(health_.healthy());
  health_.onCheck(CheckResult::Unreachable, now_);
  EXPECT_FALSE(health_.healthy());
}

TEST_F(EndpointHealthTest, NotReadyIsTakenAtItsWord) {
  health_.onCheck(CheckResult::NotReady, now_);
  EXPECT_FALSE(health_.healthy());
}

}  // namespace
}  // namespace shopkeeper::sidecar
