#include "operator/control/heartbeat_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/manual_clock.h"

namespace shopkeeper::control {
namespace {

using namespace std::chrono_literals;
using Change = HeartbeatRegistry::Change;

wire::Heartbeat beat(const std::string& pod, bool healthy = true, bool draining = false) {
  wire::Heartbeat heartbeat;
  heartbeat.guide = "demo";
  heartbeat.nameSpace = "shop";
  heartbeat.component = "search";
  heartbeat.pod = pod;
  heartbeat.serviceHealthy = healthy;
  heartbeat.serviceReason = healthy ? "" : "503";
  heartbeat.draining = draining;
  return heartbeat;
}

struct Fixture : ::testing::Test {
  shopkeeper::testing::ManualClock clock;
  HeartbeatRegistry registry{{.maxPods = 3, .life = 10s}, clock};
};
using HeartbeatRegistryTest = Fixture;

TEST_F(HeartbeatRegistryTest, TellsChangesOfStateFromTheRest) {
  EXPECT_EQ(registry.observe(beat("a")), Change::State);
  EXPECT_EQ(registry.observe(beat("a")), Change::None);
  EXPECT_EQ(registry.observe(beat("a", false)), Change::State);
  EXPECT_EQ(registry.report("shop", "a")->serviceReason, "503");
  EXPECT_EQ(registry.observe(beat("a", false, true)), Change::State);
  EXPECT_TRUE(registry.report("shop", "a")->draining);
  EXPECT_FALSE(registry.report("other", "a"));
}

TEST_F(HeartbeatRegistryTest, ForgetsTheSilentAndNamesTheirGuideOnce) {
  registry.observe(beat("a"));
  registry.observe(beat("b"));
  clock.advance(6s);
  registry.observe(beat("c"));
  EXPECT_THAT(registry.expire(), ::testing::IsEmpty());
  clock.advance(6s);
  EXPECT_THAT(registry.expire(), ::testing::ElementsAre(kube::ObjectKey{"shop", "demo"}));
  EXPECT_FALSE(registry.report("shop", "a"));
  EXPECT_TRUE(registry.report("shop", "c"));
  EXPECT_THAT(registry.expire(), ::testing::IsEmpty());
}

TEST_F(HeartbeatRegistryTest, IsBounded) {
  for (const char* pod : {"a", "b", "c"}) registry.observe(beat(pod));
  EXPECT_EQ(registry.observe(beat("d")), Change::Dropped);
  EXPECT_EQ(registry.observe(beat("a")), Change::None);
  EXPECT_EQ(registry.size(), 3u);
}

TEST_F(HeartbeatRegistryTest, SilenceMeansNothingRightAfterANewStart) {
  clock.advance(11s);
  EXPECT_TRUE(registry.settled());
  registry.observe(beat("a"));
  registry.restart();
  EXPECT_FALSE(registry.settled());
  EXPECT_EQ(registry.size(), 0u);
  clock.advance(10s);
  EXPECT_TRUE(registry.settled());
}

}  // namespace
}  // namespace shopkeeper::control
