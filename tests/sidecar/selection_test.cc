#include "sidecar/proxy/selection.h"

#include <gtest/gtest.h>

#include <map>

#include "sidecar/proxy/endpoint_load.h"
#include "sidecar/proxy/locality.h"
#include "sidecar/proxy/low_discrepancy.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::map<int, int> choices(const WeightedPool& pool, const std::map<int, double>& costs,
                           int count = 10'000) {
  LowDiscrepancy first(LowDiscrepancy::kRootOfTwo), second(LowDiscrepancy::kRootOfThree);
  std::map<int, int> got;
  for (int i = 0; i < count; ++i) {
    const double a = first.next(), b = second.next();
    ++got[pool.choose(a, b, [&](int item, double) { return costs.at(item); })];
  }
  return got;
}

TEST(WeightedPool, EqualCostsLeaveTheSharesAtTheWeights) {
  WeightedPool pool;
  pool.add(0, 7'000);
  pool.add(1, 2'900);
  pool.add(2, 100);
  const auto got = choices(pool, {{0, 1.0}, {1, 1.2}, {2, 0.9}});
  EXPECT_NEAR(got.at(0), 7'000, 20);
  EXPECT_NEAR(got.at(1), 2'900, 20);
  EXPECT_NEAR(got.at(2), 100, 20);
}

TEST(WeightedPool, ACostlyOneIsUsedOnlyWhereBothDrawnAreCostly) {
  WeightedPool pool;
  for (int i = 0; i < 3; ++i) pool.add(i, 1);
  const auto got = choices(pool, {{0, 10.0}, {1, 1.0}, {2, 1.0}});
  EXPECT_EQ(got.count(0), 0u) << "of three different ones two are always drawn";
}

TEST(WeightedPool, OneIsAlwaysTakenAndNoneNever) {
  WeightedPool pool;
  EXPECT_EQ(pool.choose(0.5, 0.5, [](int, double) { return 1.0; }), -1);
  pool.add(7, 3);
  EXPECT_EQ(pool.choose(0.999999, 0, [](int, double) { return 1e9; }), 7);
  EXPECT_EQ(pool.choose(0, 0, [](int, double) { return WeightedPool::kNoRoom; }), -1);
}

TEST(WeightedPool, WhatHasNoRoomIsPassedOver) {
  WeightedPool pool;
  pool.add(0, 1);
  pool.add(1, 1);
  const auto got = choices(pool, {{0, WeightedPool::kNoRoom}, {1, 5.0}}, 100);
  EXPECT_EQ(got.at(1), 100);
  EXPECT_EQ(choices(pool, {{0, WeightedPool::kNoRoom}, {1, WeightedPool::kNoRoom}}, 10).at(-1), 10);
}

TEST(PeakEwma, RisesAtOnceAndDecays) {
  const MonotonicTime start(seconds(100));
  PeakEwma average;
  EXPECT_FALSE(average.known());
  average.observe(milliseconds(10), start);
  average.observe(milliseconds(200), start + milliseconds(1));
  EXPECT_DOUBLE_EQ(average.measured(), 200e6);
  EXPECT_NEAR(average.decayed(start + seconds(10)), 200e6 / 2.718, 1e6);
  for (int i = 1; i <= 300; ++i) average.observe(milliseconds(10), start + milliseconds(100 * i));
  EXPECT_NEAR(average.measured(), 20e6, 3e6);
}

TEST(LoadCost, GrowsWithRequestsInFlightAndLatency) {
  const MonotonicTime now(seconds(100));
  PeakEwma slow, fast;
  slow.observe(milliseconds(40), now);
  fast.observe(milliseconds(4), now);
  EXPECT_NEAR(loadCost(slow, 0, 1, 0, now) / loadCost(fast, 0, 1, 0, now), 10, 1e-6);
  EXPECT_NEAR(loadCost(fast, 3, 1, 0, now) / loadCost(fast, 0, 1, 0, now), 4, 1e-6);
  EXPECT_NEAR(loadCost(fast, 4, 2, 0, now) / loadCost(fast, 0, 1, 0, now), 3, 1e-6)
      << "twice the weight carries twice as many";
  EXPECT_DOUBLE_EQ(loadCost(PeakEwma(), 0, 1, 9e6, now), 9e6) << "unknown counts as typical";
}

// linkerd2 11669: what fails fast must not look fast.
TEST(FailureLatency, AFailureNeverMakesAnEndpointCheaper) {
  const MonotonicTime now(seconds(100));
  PeakEwma average;
  average.observe(milliseconds(10), now);
  EXPECT_EQ(failureLatency(average, milliseconds(1), 8e6), milliseconds(20));
  EXPECT_EQ(failureLatency(average, milliseconds(500), 8e6), milliseconds(500));
  average.observe(milliseconds(40), now);
  EXPECT_EQ(failureLatency(average, milliseconds(1), 8e6), milliseconds(32)) << "four typical ones";
}

TEST(SlowStart, GrowsFromATenthLinearly) {
  for (const auto& [age, share] :
       {std::pair{0, 0.1}, {1'000, 0.28}, {2'500, 0.55}, {5'000, 1.0}, {9'000, 1.0}}) {
    EXPECT_NEAR(slowStart(milliseconds(age), seconds(5)), share, 1e-9) << age;
  }
  EXPECT_EQ(slowStart(milliseconds(0), seconds(0)), 1);
}

TEST(Distance, UnknownIsNowhereNear) {
  wire::Endpoint here;
  here.node = "n1";
  here.zone = "z1";
  EXPECT_EQ(distance({"n1", "z1"}, here), 0u);
  EXPECT_EQ(distance({"n2", "z1"}, here), 1u);
  EXPECT_EQ(distance({"n2", "z2"}, here), 2u);
  EXPECT_EQ(distance({"", ""}, wire::Endpoint()), 2u);
}

}  // namespace
}  // namespace shopkeeper::sidecar
