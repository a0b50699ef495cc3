#include "sidecar/backup/storage/limited_store.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "common/testing/manual_clock.h"
#include "tests/testing/bytes.h"
#include "tests/testing/memory_store.h"

namespace shopkeeper::backup::testing {
namespace {

using namespace std::chrono_literals;

class LimitedStoreTest : public ::testing::Test {
 protected:
  LimitedStore limited(BandwidthLimits limits) {
    return {std::make_shared<MemoryStore>(), limits, clock_, [this](Duration wait) {
              clock_.advance(wait);
              return true;
            }};
  }
  Duration spent() const { return clock_.now() - start_; }

  shopkeeper::testing::ManualClock clock_;
  const MonotonicTime start_ = clock_.now();
};

TEST_F(LimitedStoreTest, UploadsKeepTheRateBeyondTheFirstSecondsWorth) {
  auto store = limited({.uploadBytesPerSecond = 1'000});
  for (int i = 0; i < 11; ++i) {
    ASSERT_TRUE(store.put("a" + std::to_string(i), pattern(1'000, 1), PutMode::Replace));
  }
  EXPECT_EQ(spent(), 10s);
}

TEST_F(LimitedStoreTest, ObjectsLargerThanASecondsWorthPassAndArePaidFor) {
  auto store = limited({.uploadBytesPerSecond = 1'000});
  ASSERT_TRUE(store.put("a", pattern(10'000, 1), PutMode::Replace));
  EXPECT_EQ(spent(), 9s);
}

TEST_F(LimitedStoreTest, DownloadsHaveALimitOfTheirOwn) {
  auto store = limited({.downloadBytesPerSecond = 500});
  ASSERT_TRUE(store.put("a", pattern(5'000, 1), PutMode::Replace));
  EXPECT_EQ(spent(), 0s);
  ASSERT_TRUE(store.get("a", 0, 1'500));
  EXPECT_EQ(spent(), 2s);
}

TEST_F(LimitedStoreTest, WithoutLimitsNothingWaits) {
  auto store = limited({});
  ASSERT_TRUE(store.put("a", pattern(1 << 20, 1), PutMode::Replace));
  ASSERT_TRUE(store.get("a"));
  EXPECT_EQ(spent(), 0s);
}

TEST_F(LimitedStoreTest, IdleTimeIsSavedForOneSecondOnly) {
  RateLimiter limiter(1'000, clock_);
  EXPECT_EQ(limiter.take(1'000), 0s);
  clock_.advance(1h);
  EXPECT_EQ(limiter.take(1'000), 0s);
  EXPECT_EQ(limiter.take(1'000), 1s);
}

TEST_F(LimitedStoreTest, ThreadsShareTheRate) {
  RateLimiter limiter(1'000, clock_);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) limiter.take(10);
      });
    }
  }
  EXPECT_EQ(limiter.take(0), 3s);
}

TEST(PauseTest, EndsWhenAskedToStop) {
  std::stop_source source;
  const Pause pause = pauseUntil(source.get_token());
  EXPECT_TRUE(pause(1ms));
  std::jthread stopper([&] { source.request_stop(); });
  EXPECT_FALSE(pause(1h));
  EXPECT_FALSE(pause(1h));
}

}  // namespace
}  // namespace shopkeeper::backup::testing
