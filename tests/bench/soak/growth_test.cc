#include "tests/bench/soak/growth.h"

#include <gmock/gmock.h>

namespace shopkeeper::bench {
namespace {

std::vector<Sample> line(double slope, int count) {
  std::vector<Sample> samples;
  for (int i = 0; i < count; ++i) {
    samples.push_back({static_cast<double>(i), 10 + slope * static_cast<double>(i)});
  }
  return samples;
}

TEST(Growth, OfALineIsItsSlope) {
  EXPECT_DOUBLE_EQ(slopeAMinute(line(2.5, 9)), 2.5);
  EXPECT_DOUBLE_EQ(slopeAMinute(line(-1, 4)), -1);
  EXPECT_DOUBLE_EQ(growth(line(2.5, 9)), 20);
}

TEST(Growth, BurstsDoNotCount) {
  auto samples = line(0, 20);
  samples[3].value = samples[11].value = samples[18].value = 5000;
  EXPECT_DOUBLE_EQ(slopeAMinute(samples), 0);
}

TEST(Growth, SteadyGrowthUnderNoiseIsFound) {
  auto samples = line(1, 21);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i].value += i % 2 == 0 ? 3 : -3;
  EXPECT_NEAR(slopeAMinute(samples), 1, 0.1);
}

TEST(Growth, WarmUpIsTheFirstTenthOfTheTime) {
  const auto kept = withoutWarmUp(line(1, 21));
  ASSERT_EQ(kept.size(), 19u);
  EXPECT_DOUBLE_EQ(kept.front().minutes, 2);
}

TEST(Growth, NeedsTwoSamples) {
  EXPECT_DOUBLE_EQ(slopeAMinute({}), 0);
  EXPECT_DOUBLE_EQ(growth(line(1, 1)), 0);
  EXPECT_TRUE(withoutWarmUp({}).empty());
}

}  // namespace
}  // namespace shopkeeper::bench
