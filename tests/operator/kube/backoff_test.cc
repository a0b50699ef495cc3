#include "operator/kube/backoff.h"

#include <gtest/gtest.h>

#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesWithJitterUpToItsLimit) {
  testing::ManualClock clock;
  testing::CountingRandom random;
  Backoff backoff({}, clock, random);
  Duration base = 800ms;
  for (int i = 0; i < 12; ++i) {
    const Duration wait = backoff.next();
    EXPECT_GE(wait, std::min<Duration>(base, 30s)) << i;
    EXPECT_LE(wait, std::min<Duration>(base * 2, 30s)) << i;
    base = std::min<Duration>(base * 2, 30s);
  }
}

TEST(Backoff, QuietTimeStartsItAnew) {
  testing::ManualClock clock;
  testing::CountingRandom random;
  Backoff backoff({}, clock, random);
  Duration last{};
  for (int i = 0; i < 6; ++i) clock.advance(last = backoff.next());
  clock.advance(119s);
  EXPECT_GE(backoff.next(), 30s);
  clock.advance(30s + 121s);
  EXPECT_LT(backoff.next(), 1600ms);
}

TEST(ItemBackoff, FromFiveMillisecondsToAThousandSeconds) {
  ItemBackoff backoff({});
  const ObjectKey key{"shop", "demo"};
  EXPECT_EQ(backoff.next(key), 5ms);
  EXPECT_EQ(backoff.next(key), 10ms);
  EXPECT_EQ(backoff.next({"shop", "other"}), 5ms);
  for (int i = 0; i < 100; ++i) backoff.next(key);
  EXPECT_EQ(backoff.next(key), 1000s);
  EXPECT_EQ(backoff.failures(key), 103);
  backoff.forget(key);
  EXPECT_EQ(backoff.next(key), 5ms);
}

}  // namespace
}  // namespace shopkeeper::kube
