#include <gtest/gtest.h>

#include "sidecar/proxy/hang_watch.h"
#include "sidecar/proxy/peer_latency.h"
#include "sidecar/proxy/success_window.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Duration kWindow = seconds(10);

TEST(SuccessWindow, SamplesAgeOutBucketByBucket) {
  SuccessWindow window;
  MonotonicTime now(seconds(100));
  for (int i = 0; i < 10; ++i) window.record(i % 2 == 0, kWindow, now + seconds(i));
  EXPECT_EQ(window.samples(), 10u);
  EXPECT_EQ(window.successPercent(), 50);
  window.record(true, kWindow, now + seconds(10));
  EXPECT_EQ(window.samples(), 10u) << "the first one is gone";
  window.record(true, kWindow, now + seconds(13));
  EXPECT_EQ(window.samples(), 8u);
  EXPECT_EQ(window.failures(), 3u);
}

TEST(SuccessWindow, AGapLongerThanTheWindowClearsAll) {
  SuccessWindow window;
  const MonotonicTime now(seconds(100));
  for (int i = 0; i < 50; ++i) window.record(false, kWindow, now);
  window.record(true, kWindow, now + seconds(11));
  EXPECT_EQ(window.samples(), 1u);
  EXPECT_EQ(window.successPercent(), 100);
}

// traffic.md 25: a burst and the same requests spread out decide the same.
TEST(SuccessWindow, TheRateDoesNotDependOnTheSpeed) {
  for (const int stepMs : {0, 1, 10, 200}) {
    SuccessWindow window;
    MonotonicTime now(seconds(100));
    for (int i = 0; i < 40; ++i) {
      window.record(i % 4 != 0, kWindow, now);
      now += milliseconds(stepMs);
    }
    EXPECT_EQ(window.samples(), 40u) << stepMs;
    EXPECT_EQ(window.successPercent(), 75) << stepMs;
  }
}

TEST(LastLatencies, TheMedianIsOfTheLastOnes) {
  LastLatencies latencies;
  const MonotonicTime now(seconds(100));
  for (int i = 0; i < 200; ++i) latencies.record(milliseconds(2), kWindow, now);
  EXPECT_NEAR(*latencies.median(10), 2, 0.01);
  for (int i = 0; i < 6; ++i) latencies.record(milliseconds(20), kWindow, now);
  EXPECT_NEAR(*latencies.median(10), 20, 0.01) << "six slow ones of ten show, after 200 fast ones";
  EXPECT_NEAR(*latencies.median(1'000), 2, 0.01) << "at most 32 are kept";
}

TEST(LastLatencies, TooFewSayNothingAndOldOnesAreForgotten) {
  LastLatencies latencies;
  const MonotonicTime now(seconds(100));
  for (int i = 0; i < 9; ++i) latencies.record(milliseconds(2), kWindow, now);
  EXPECT_FALSE(latencies.median(10));
  latencies.record(milliseconds(2), kWindow, now + seconds(11));
  EXPECT_FALSE(latencies.median(2));
}

TEST(MediansOfOthers, WorksWithTwoAndThree) {
  struct Case {
    std::vector<double> medians, others;
  };
  for (const Case& c : {Case{{1}, {-1}},
                        {{1, 10}, {10, 1}},
                        {{1, -1}, {-1, 1}},
                        {{1, 10, 12}, {10, 1, 1}},
                        {{5, 5, 5}, {5, 5, 5}},
                        {{1, 2, 3, 4}, {3, 3, 2, 2}},
                        {{-1, -1}, {-1, -1}}}) {
    std::vector<double> others;
    mediansOfOthers(c.medians, others);
    EXPECT_EQ(others, c.others) << ::testing::PrintToString(c.medians);
  }
}

TEST(SlowerThanPeers, NeedsTheFactorAndTheFloor) {
  const wire::OutlierPolicy policy;  // 4 times, 100 ms
  EXPECT_TRUE(slowerThanPeers(500, 50, policy));
  EXPECT_FALSE(slowerThanPeers(99, 2, policy)) << "below the floor";
  EXPECT_FALSE(slowerThanPeers(390, 100, policy)) << "below the factor";
  EXPECT_FALSE(slowerThanPeers(500, -1, policy)) << "no peer to compare with";
  wire::OutlierPolicy off;
  off.latencyFactor = 0;
  EXPECT_FALSE(slowerThanPeers(5'000, 1, off));
}

TEST(WaitingTries, KnowsTheOldestInWhateverOrderTheyEnd) {
  WaitingTries tries;
  const MonotonicTime now(seconds(100));
  const int a = tries.add(now), b = tries.add(now + seconds(1)), c = tries.add(now + seconds(2));
  EXPECT_EQ(tries.oldest(), now);
  tries.remove(b);
  EXPECT_EQ(tries.oldest(), now);
  tries.remove(a);
  EXPECT_EQ(tries.oldest(), now + seconds(2));
  const int d = tries.add(now + seconds(3));
  tries.remove(c);
  EXPECT_EQ(tries.oldest(), now + seconds(3));
  tries.remove(d);
  EXPECT_EQ(tries.count(), 0u);
}

class HangWatchTest : public ::testing::Test {
 protected:
  bool look() { return watch_.hangs(waiting_, lastAnswer_, peers_, milliseconds(250), now_); }
  MonotonicTime now_{seconds(100)}, lastAnswer_{seconds(99)};
  std::uint64_t peers_ = 1'000;
  WaitingTries waiting_;
  HangWatch watch_;
};

TEST_F(HangWatchTest, SilenceWhilePeersAnswerIsAHang) {
  waiting_.add(now_);
  EXPECT_FALSE(look());
  now_ += milliseconds(249);
  peers_ += 16;
  EXPECT_FALSE(look());
  now_ += milliseconds(1);
  EXPECT_TRUE(look());
}

TEST_F(HangWatchTest, SilenceOfAllIsNotThisOnesFault) {
  waiting_.add(now_);
  EXPECT_FALSE(look());
  now_ += seconds(60);
  peers_ += 4;
  EXPECT_FALSE(look());
}

TEST_F(HangWatchTest, OneSlowRequestBesideAnswersIsNoHang) {
  waiting_.add(now_);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(look());
    now_ += milliseconds(200);
    lastAnswer_ = now_;
    peers_ += 20;
  }
}

TEST(HangLimit, IsAMultipleOfTheTailAndNeverHasty) {
  EXPECT_EQ(hangLimit(0, 2), milliseconds(250));
  EXPECT_EQ(hangLimit(20, 2), milliseconds(250));
  EXPECT_EQ(hangLimit(300, 2), milliseconds(1'200));
  EXPECT_EQ(hangLimit(0, 1), milliseconds(400));
  EXPECT_EQ(hangLimit(300, 1), milliseconds(2'400));
}

}  // namespace
}  // namespace shopkeeper::sidecar
