#include "sidecar/proxy/hedge.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RecentLatency, ForgetsWhatIsOlderThanTwoTurns) {
  RecentLatency recent;
  MonotonicTime now(seconds(100));
  for (int i = 0; i < 100; ++i) recent.record(milliseconds(500), now);
  EXPECT_GE(recent.quantileMs(0.5, now), 500);
  now += seconds(10);
  recent.record(milliseconds(5), now);
  EXPECT_GE(recent.quantileMs(0.5, now), 500) << "a turn that has just begun says little";
  now += seconds(10);
  for (int i = 0; i < 100; ++i) recent.record(milliseconds(5), now);
  EXPECT_LT(recent.quantileMs(0.99, now), 6);
  EXPECT_EQ(recent.quantileMs(0.99, now + seconds(20)), 0);
}

TEST(HedgeDelay, IsTheQuantileButNotLessThanTheLeast) {
  RecentLatency recent;
  const MonotonicTime now(seconds(100));
  for (int i = 0; i < 90; ++i) recent.record(milliseconds(20), now);
  for (int i = 0; i < 10; ++i) recent.record(milliseconds(400), now);
  wire::HedgePolicy policy;
  EXPECT_FALSE(hedgeDelay(policy, recent, now)) << "off by default";
  policy.quantilePercent = 95;
  EXPECT_GE(*hedgeDelay(policy, recent, now), milliseconds(400));
  EXPECT_LT(*hedgeDelay(policy, recent, now), milliseconds(460));
  policy.quantilePercent = 50;
  policy.minDelayMs = 100;
  EXPECT_EQ(*hedgeDelay(policy, recent, now), milliseconds(100));
}

TEST(HedgeDelay, TooLittleKnownMeansNoHedge) {
  RecentLatency recent;
  const MonotonicTime now(seconds(100));
  wire::HedgePolicy policy;
  policy.quantilePercent = 95;
  for (int i = 0; i < 19; ++i) recent.record(milliseconds(20), now);
  EXPECT_FALSE(hedgeDelay(policy, recent, now));
  recent.record(milliseconds(20), now);
  EXPECT_TRUE(hedgeDelay(policy, recent, now));
}

TEST(TryTimeout, ThePolicysOrHalfOfWhatIsLeft) {
  wire::RetryPolicy policy;
  EXPECT_EQ(tryTimeout(policy, seconds(4), true), seconds(2));
  EXPECT_EQ(tryTimeout(policy, seconds(4), false), seconds(4));
  policy.perTryTimeoutMs = 200;
  EXPECT_EQ(tryTimeout(policy, seconds(4), true), milliseconds(200));
  EXPECT_EQ(tryTimeout(policy, seconds(4), false), milliseconds(200));
  EXPECT_EQ(tryTimeout(policy, milliseconds(50), true), milliseconds(50));
}

}  // namespace
}  // namespace shopkeeper::sidecar
