#include "sidecar/agent/heartbeat_plan.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::uint64_t value) : value_(value) {}
  std::uint64_t next() override { return value_; }

 private:
  const std::uint64_t value_;
};

class HeartbeatPlanTest : public ::testing::Test {
 protected:
  FixedRandom noJitter_{0};
  HeartbeatPlan plan_{{"operator.svc", 8443}, milliseconds(1000)};
};

TEST_F(HeartbeatPlanTest, BacksOffToTenSecondsAndReturnsToTheInterval) {
  for (const int expected : {1000, 2000, 4000, 8000, 10'000, 10'000}) {
    EXPECT_EQ(plan_.onFailure(noJitter_), milliseconds(expected));
  }
  EXPECT_EQ(plan_.onAnswer(), milliseconds(1000));
  EXPECT_EQ(plan_.onFailure(noJitter_), milliseconds(1000));
}

TEST_F(HeartbeatPlanTest, JitterTakesOffAtMostAFifth) {
  FixedRandom most(~std::uint64_t{0});
  const milliseconds pause = plan_.onFailure(most);
  EXPECT_GE(pause, milliseconds(800));
  EXPECT_LT(pause, milliseconds(1000));
}

TEST_F(HeartbeatPlanTest, FollowsTheLeaderAtOnceAndReturnsToTheServiceWhenItFails) {
  EXPECT_EQ(plan_.onRedirect("10.0.0.9:8443", noJitter_), milliseconds(0));
  EXPECT_EQ(plan_.target().text(), "10.0.0.9:8443");
  EXPECT_EQ(plan_.onAnswer(), milliseconds(1000));
  EXPECT_EQ(plan_.target().text(), "10.0.0.9:8443") << "stays with the leader";
  plan_.onFailure(noJitter_);
  EXPECT_EQ(plan_.target().text(), "operator.svc:8443");
}

TEST_F(HeartbeatPlanTest, ARedirectInCirclesIsAFailure) {
  EXPECT_EQ(plan_.onRedirect("10.0.0.1:1", noJitter_), milliseconds(0));
  EXPECT_EQ(plan_.onRedirect("10.0.0.2:1", noJitter_), milliseconds(0));
  EXPECT_EQ(plan_.onRedirect("10.0.0.1:1", noJitter_), milliseconds(0));
  EXPECT_EQ(plan_.onRedirect("10.0.0.2:1", noJitter_), milliseconds(1000));
  EXPECT_EQ(plan_.target().text(), "operator.svc:8443");
}

TEST_F(HeartbeatPlanTest, ALeaderThatCannotBeUsedIsAFailure) {
  for (const char* leader : {"", "nowhere", "10.0.0.1:0", "operator.svc:8443"}) {
    HeartbeatPlan plan({"operator.svc", 8443}, milliseconds(1000));
    EXPECT_EQ(plan.onRedirect(leader, noJitter_), milliseconds(1000)) << leader;
    EXPECT_EQ(plan.target().text(), "operator.svc:8443");
  }
}

}  // namespace
}  // namespace shopkeeper::sidecar
