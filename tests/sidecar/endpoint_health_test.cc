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
  void outcome(Outcome outcome, int times = 1) {
    for (int i = 0; i < times; ++i) health_.onOutcome(outcome, now_, now_);
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
  EXPECT_EQ(health_.ejections(), 1u);
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
  advance(seconds(29));
  outcome(Outcome::ConnectFailed);
  EXPECT_EQ(nextBackOff(), seconds(2));
}

TEST_F(EndpointHealthTest, ThirtyGoodSecondsForgiveThePast) {
  outcome(Outcome::ConnectFailed);
  nextBackOff();
  probe(Outcome::Reset);
  nextBackOff();
  probe(Outcome::Success);
  advance(seconds(30));
  outcome(Outcome::ConnectFailed);
  EXPECT_EQ(nextBackOff(), seconds(1));
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
