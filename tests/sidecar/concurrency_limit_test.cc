#include "sidecar/proxy/concurrency_limit.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::Priority;

// A service that works on `workers` requests at once, 10 ms each; more wait.
class ConcurrencyLimitTest : public ::testing::Test {
 protected:
  void run(int inFlight, int workers, Duration time) {
    const double ms = 10.0 * std::max(1.0, static_cast<double>(inFlight) / workers);
    const Duration latency = std::chrono::microseconds(static_cast<long>(ms * 1e3));
    const MonotonicTime until = now_ + time;
    for (; now_ < until; now_ += milliseconds(1)) limit_.onSample(latency, inFlight, now_);
  }
  MonotonicTime now_{seconds(100)};
  ConcurrencyLimit limit_;
};

TEST_F(ConcurrencyLimitTest, StartsAtTheMostThatIsAllowed) {
  limit_.setBounds(300, true);
  EXPECT_EQ(limit_.limit(), 300);
  run(20, 50, seconds(10));
  EXPECT_EQ(limit_.limit(), 300) << "steady latency lowers nothing";
}

TEST_F(ConcurrencyLimitTest, ADrowningServiceIsGivenLessUntilItsLatencyIsBearable) {
  limit_.setBounds(1'024, true);
  run(20, 50, seconds(5));
  for (int i = 0; i < 200; ++i) run(limit_.limit(), 50, milliseconds(100));
  EXPECT_LT(limit_.limit(), 250);
  EXPECT_GE(limit_.limit(), ConcurrencyLimit::kFloor);
  run(20, 50, seconds(60));
  EXPECT_EQ(limit_.limit(), 1'024) << "and gets everything again";
}

TEST_F(ConcurrencyLimitTest, NeverBelowTheFloor) {
  limit_.setBounds(1'024, true);
  run(40, 50, seconds(5));
  run(1'000, 1, seconds(60));
  EXPECT_GE(limit_.limit(), ConcurrencyLimit::kFloor);
}

TEST_F(ConcurrencyLimitTest, SlownessWithFewInFlightIsNotTheLoadsFault) {
  limit_.setBounds(1'024, true);
  run(5, 50, seconds(5));
  run(5, 1, seconds(20));
  EXPECT_EQ(limit_.limit(), 1'024);
}

TEST_F(ConcurrencyLimitTest, SwitchedOffItIsTheBound) {
  limit_.setBounds(100, false);
  run(40, 50, seconds(5));
  run(100, 1, seconds(20));
  EXPECT_EQ(limit_.limit(), 100);
  limit_.setBounds(10, true);
  EXPECT_EQ(limit_.limit(), 10) << "the policy's bound may be below the floor";
}

TEST(Admits, WhatCanWaitIsShedFirst) {
  for (const auto& [inFlight, critical, normal, sheddable] : {std::tuple{0, true, true, true},
                                                              {69, true, true, true},
                                                              {70, true, true, false},
                                                              {89, true, true, false},
                                                              {90, true, false, false},
                                                              {99, true, false, false},
                                                              {100, false, false, false}}) {
    const auto now = static_cast<std::uint64_t>(inFlight);
    EXPECT_EQ(admits(100, now, Priority::Critical), critical) << inFlight;
    EXPECT_EQ(admits(100, now, Priority::Normal), normal) << inFlight;
    EXPECT_EQ(admits(100, now, Priority::Sheddable), sheddable) << inFlight;
  }
  EXPECT_TRUE(admits(1, 0, Priority::Sheddable));
  EXPECT_FALSE(admits(0, 0, Priority::Critical)) << "a closed circuit";
}

}  // namespace
}  // namespace shopkeeper::sidecar
