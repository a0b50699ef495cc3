#include "sidecar/proxy/latency_histogram.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(LatencyHistogram, EmptyHasNoQuantiles) { EXPECT_EQ(LatencyHistogram().quantileMs(0.99), 0); }

TEST(LatencyHistogram, QuantilesAreWithinTheBucketWidth) {
  for (const long micros : {1L, 7L, 8L, 15L, 16L, 100L, 999L, 12'345L, 1'000'000L, 30'000'000L}) {
    LatencyHistogram histogram;
    histogram.record(microseconds(micros));
    const double exact = static_cast<double>(micros) * 1e-3;
    EXPECT_GE(histogram.quantileMs(0.5), exact) << micros;
    EXPECT_LE(histogram.quantileMs(0.5), exact * 1.126) << micros;
  }
}

TEST(LatencyHistogram, SeparatesTheMedianFromTheTail) {
  LatencyHistogram histogram;
  for (int i = 0; i < 98; ++i) histogram.record(milliseconds(1));
  for (int i = 0; i < 2; ++i) histogram.record(milliseconds(100));
  EXPECT_NEAR(histogram.quantileMs(0.5), 1.0, 0.15);
  EXPECT_NEAR(histogram.quantileMs(0.99), 100.0, 12.0);
  EXPECT_EQ(histogram.countAtMost(milliseconds(10)), 98u);
  EXPECT_NEAR(histogram.sumSeconds(), 0.298, 1e-9);
}

TEST(LatencyHistogram, DifferencesCoverOnlyTheInterval) {
  LatencyHistogram histogram;
  for (int i = 0; i < 100; ++i) histogram.record(milliseconds(1));
  const LatencyHistogram before = histogram;
  histogram.record(milliseconds(50));
  const LatencyHistogram interval = histogram.since(before);
  EXPECT_EQ(interval.count(), 1u);
  EXPECT_NEAR(interval.quantileMs(0.5), 50.0, 6.0);
}

TEST(LatencyHistogram, LongerThanTheRangeCountsAsTheLastBucket) {
  LatencyHistogram histogram;
  histogram.record(std::chrono::hours(5));
  histogram.record(milliseconds(-3));
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_GT(histogram.quantileMs(1.0), 30'000.0);
}

}  // namespace
}  // namespace shopkeeper::sidecar
