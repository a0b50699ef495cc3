#include "common/clock.h"

#include <gtest/gtest.h>

#include "common/testing/manual_clock.h"

namespace shopkeeper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Rfc3339, WritesUtc) {
  const WallTime time = WallTime(seconds(1'790'000'000)) + milliseconds(42);
  EXPECT_EQ(toRfc3339(time), "2026-09-21T14:13:20.042Z");
  EXPECT_EQ(toRfc3339Seconds(time), "2026-09-21T14:13:20Z");
  EXPECT_EQ(toRfc3339Micros(time), "2026-09-21T14:13:20.042000Z");
}

TEST(Rfc3339, ReadsWhatItWrites) {
  const WallTime time = WallTime(seconds(1'790'000'000)) + milliseconds(999);
  WallTime read;
  ASSERT_TRUE(parseRfc3339(toRfc3339(time), read));
  EXPECT_EQ(read, time);
  ASSERT_TRUE(parseRfc3339(toRfc3339Micros(time), read));
  EXPECT_EQ(read, time);
}

TEST(Rfc3339, BeforeTheEpochKeepsTheFractionPositive) {
  EXPECT_EQ(toRfc3339(WallTime(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, UnderstandsOffsets) {
  WallTime read;
  ASSERT_TRUE(parseRfc3339("2026-09-21T22:13:20+08:00", read));
  EXPECT_EQ(read, WallTime(seconds(1'790'000'000)));
  ASSERT_TRUE(parseRfc3339("2026-09-21T13:43:20-00:30", read));
  EXPECT_EQ(read, WallTime(seconds(1'790'000'000)));
}

// Found by fuzz-catalogue-import: the year overflowed the clock's 64 bits.
TEST(Rfc3339, RefusesYearsThatTheClockCannotHold) {
  WallTime read;
  EXPECT_FALSE(parseRfc3339("4052-07-01T00:00:00Z", read));
  EXPECT_FALSE(parseRfc3339("1500-07-01T00:00:00Z", read));
  EXPECT_TRUE(parseRfc3339("2261-12-31T23:59:59-23:59", read));
  EXPECT_TRUE(parseRfc3339("1678-01-01T00:00:00+23:59", read));
}

TEST(Rfc3339, RefusesWhatIsNotATime) {
  WallTime read{seconds(5)};
  for (const char* text :
       {"", "yesterday", "2026-09-21", "2026-09-21T14:13:20", "2026-13-21T14:13:20Z",
        "2026-09-21T24:13:20Z", "2026-09-21T14:13:20Zx", "2026-09-21T14:13:20.Z",
        "2026-09-21T14:13:20+8:00", "2026-09-21T-1:13:20Z", "2026-02-30T14:13:20Z",
        " 026-09-21T14:13:20Z", "2026-09-21T14:13:20+-1:00", "2026-09-21T14:13:20+25:00"}) {
    EXPECT_FALSE(parseRfc3339(text, read)) << text;
  }
  EXPECT_EQ(read, WallTime(seconds(5)));
}

TEST(ManualClock, MovesOnlyWhenTold) {
  testing::ManualClock clock;
  const auto monotonic = clock.now();
  const auto wall = clock.wallNow();
  clock.advance(seconds(90));
  EXPECT_EQ(clock.now() - monotonic, seconds(90));
  EXPECT_EQ(clock.wallNow() - wall, seconds(90));
}

}  // namespace
}  // namespace shopkeeper
