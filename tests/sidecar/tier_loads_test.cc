#include "sidecar/proxy/tier_loads.h"

#include <gtest/gtest.h>

#include <vector>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Vector {
  std::vector<int> health;
  std::vector<int> percent;
  std::vector<bool> panic;
  int total;
};

// Envoy's tables (priority.rst, panic_threshold.rst): traffic.md section 5, cases 20 to 22.
TEST(TierLoads, EnvoysTables) {
  const std::vector<Vector> vectors{// 20: standby well
                                    {{100, 100}, {100, 0}, {false, false}, 100},
                                    {{72, 100}, {100, 0}, {false, false}, 100},
                                    {{71, 100}, {99, 1}, {false, false}, 100},
                                    {{50, 100}, {70, 30}, {false, false}, 100},
                                    {{25, 100}, {35, 65}, {false, false}, 100},
                                    {{0, 100}, {0, 100}, {false, false}, 100},
                                    // 21: both degraded
                                    {{72, 72}, {100, 0}, {false, false}, 100},
                                    {{71, 71}, {99, 1}, {false, false}, 100},
                                    {{50, 60}, {70, 30}, {false, false}, 100},
                                    {{25, 25}, {50, 50}, {true, true}, 70},
                                    {{5, 65}, {7, 93}, {true, false}, 98},
                                    // 22: three tiers
                                    {{25, 25, 100}, {35, 35, 30}, {false, false, false}, 100},
                                    {{25, 25, 20}, {36, 36, 28}, {true, true, true}, 98},
                                    // one tier, and none
                                    {{100}, {100}, {false}, 100},
                                    {{50}, {100}, {false}, 70},
                                    {{49}, {100}, {true}, 68},
                                    {{-1, 100}, {0, 100}, {false, false}, 100},
                                    {{-1, 40}, {0, 100}, {false, true}, 56},
                                    {{-1, -1}, {0, 0}, {false, false}, 0}};
  for (const Vector& vector : vectors) {
    std::vector<TierLoad> loads(vector.health.size());
    EXPECT_EQ(tierLoads(vector.health, {}, loads), vector.total);
    for (std::size_t i = 0; i < loads.size(); ++i) {
      EXPECT_EQ(loads[i].percent, vector.percent[i])
          << "tier " << i << " of " << ::testing::PrintToString(vector.health);
      EXPECT_EQ(loads[i].panic, vector.panic[i])
          << "tier " << i << " of " << ::testing::PrintToString(vector.health);
    }
  }
}

// Case 23.
TEST(TierLoads, WithNothingWellPanicDecides) {
  const std::vector<int> none{0, 0};
  std::vector<TierLoad> loads(2);
  EXPECT_EQ(tierLoads(none, {}, loads), 0);
  EXPECT_EQ(loads, (std::vector<TierLoad>{{100, true}, {0, true}}));
  wire::TierPolicy never;
  never.panicPercent = 0;
  EXPECT_EQ(tierLoads(none, never, loads), 0);
  EXPECT_EQ(loads, (std::vector<TierLoad>{{0, false}, {0, false}}));
}

TEST(TierLoads, SharesAlwaysAddUp) {
  for (int a = 0; a <= 100; ++a) {
    for (int b = 0; b <= 100; b += 3) {
      for (int c = 0; c <= 100; c += 7) {
        const std::vector<int> health{a, b, c};
        std::vector<TierLoad> loads(3);
        tierLoads(health, {}, loads);
        EXPECT_EQ(loads[0].percent + loads[1].percent + loads[2].percent, 100);
      }
    }
  }
}

TEST(TierHoldDown, FallsAtOnceAndRisesAfterTheTime) {
  TierHoldDown hold;
  MonotonicTime now(seconds(100));
  const Duration failback = seconds(10);
  EXPECT_EQ(hold.settle(100, failback, now), 100) << "the first look counts at once";
  EXPECT_EQ(hold.settle(33, failback, now += seconds(1)), 33);
  EXPECT_EQ(hold.settle(67, failback, now += seconds(1)), 33);
  EXPECT_EQ(hold.settle(100, failback, now += seconds(1)), 33);
  EXPECT_EQ(hold.settle(100, failback, now += milliseconds(8'999)), 33);
  EXPECT_EQ(hold.settle(100, failback, now += milliseconds(1)), 67);
  EXPECT_EQ(hold.settle(100, failback, now += milliseconds(999)), 67);
  EXPECT_EQ(hold.settle(100, failback, now += milliseconds(1)), 100);
}

TEST(TierHoldDown, ADipStartsTheWaitAnew) {
  TierHoldDown hold;
  MonotonicTime now(seconds(100));
  const Duration failback = seconds(10);
  hold.settle(0, failback, now);
  EXPECT_EQ(hold.settle(100, failback, now += seconds(1)), 0);
  EXPECT_EQ(hold.settle(50, failback, now += seconds(9)), 0);
  EXPECT_EQ(hold.settle(100, failback, now += seconds(1)), 50) << "it was at least half well";
  EXPECT_EQ(hold.settle(100, failback, now += seconds(9)), 50);
  EXPECT_EQ(hold.settle(100, failback, now += seconds(1)), 100);
}

// Case 43: up and down every T/2 with hold-down T gives at most one switch.
TEST(TierHoldDown, AFlappingTierSwitchesOnce) {
  const Duration hold = seconds(10);
  TierHoldDown primary;
  MonotonicTime now(seconds(100));
  int switches = 0, last = primary.settle(100, hold, now);
  for (int tick = 1; tick <= 600; ++tick) {
    now += milliseconds(100);
    const bool up = tick / 50 % 2 == 0;
    const int settled = primary.settle(up ? 100 : 0, hold, now);
    switches += settled != last;
    last = settled;
  }
  EXPECT_EQ(switches, 1);
  EXPECT_EQ(last, 0);
}

}  // namespace
}  // namespace shopkeeper::sidecar
