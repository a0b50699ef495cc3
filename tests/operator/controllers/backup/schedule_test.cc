#include "operator/controllers/backup/schedule.h"

#include <gtest/gtest.h>

#include <set>

namespace shopkeeper::controllers::backup {
namespace {

using namespace std::chrono_literals;

WallTime at(const std::string& text) {
  WallTime out;
  EXPECT_TRUE(parseRfc3339(text, out)) << text;
  return out;
}

std::string text(const std::optional<WallTime>& time) {
  return time ? toRfc3339Seconds(*time) : "";
}

struct DueCase {
  const char* cron;
  const char* last;
  const char* now;
  const char* due;
};

class DueTest : public testing::TestWithParam<DueCase> {};

TEST_P(DueTest, MissedRunsAreDueOnceAndTheNewestCounts) {
  const auto& [cron, last, now, due] = GetParam();
  const auto schedule = Schedule::parse(cron, "UTC", 0s, "");
  ASSERT_TRUE(schedule) << schedule.error().message();
  EXPECT_EQ(text(schedule->due(at(last), at(now))), due);
}

INSTANTIATE_TEST_SUITE_P(
    All, DueTest,
    testing::Values(DueCase{"0 * * * *", "2026-11-26T03:00:00Z", "2026-11-26T03:59:59Z", ""},
                    DueCase{"0 * * * *", "2026-11-26T03:00:00Z", "2026-11-26T04:00:00Z",
                            "2026-11-26T04:00:00Z"},
                    DueCase{"0 * * * *", "2026-11-26T03:00:00Z", "2026-11-26T09:10:00Z",
                            "2026-11-26T09:00:00Z"},
                    DueCase{"* * * * *", "2024-01-01T00:00:00Z", "2026-11-26T09:10:30Z",
                            "2026-11-26T09:10:00Z"},
                    DueCase{"0 3 1 1 *", "2024-06-01T00:00:00Z", "2026-11-26T09:10:30Z",
                            "2026-01-01T03:00:00Z"},
                    DueCase{"0 0 29 2 *", "2021-01-01T00:00:00Z", "2026-11-26T09:10:30Z",
                            "2024-02-29T00:00:00Z"},
                    DueCase{"0 0 30 2 *", "2021-01-01T00:00:00Z", "2026-11-26T09:10:30Z", ""},
                    // The clock went back: nothing is due again.
                    DueCase{"0 * * * *", "2026-11-26T09:00:00Z", "2026-11-26T03:10:00Z", ""}));

TEST(Schedule, ADelayMovesWhatIsDueAndNotWhatIsMeant) {
  const auto schedule = Schedule::parse("0 * * * *", "UTC", 10min, "shop/demo").value();
  const auto delay = schedule.delay();
  ASSERT_GT(delay, 0s);
  ASSERT_LT(delay, 10min);
  const auto meant = at("2026-11-26T04:00:00Z");
  const auto last = at("2026-11-26T03:00:00Z");
  EXPECT_EQ(text(schedule.due(last, meant + delay - 1s)), "");
  EXPECT_EQ(schedule.due(last, meant + delay), meant);
  EXPECT_EQ(schedule.next(meant), meant + delay);
  EXPECT_EQ(schedule.next(meant + delay), meant + delay + 1h);
}

TEST(Schedule, DelaysAreStableAndSpread) {
  std::set<Duration> seen;
  for (int i = 0; i < 100; ++i) {
    const auto seed = "shop/guide-" + std::to_string(i);
    EXPECT_EQ(stableDelay(seed, 5min), stableDelay(seed, 5min));
    EXPECT_LT(stableDelay(seed, 5min), 5min);
    seen.insert(stableDelay(seed, 5min));
  }
  EXPECT_GT(seen.size(), 50u);
  // Another program, another release, another machine: the same second.
  EXPECT_EQ(stableDelay("shop/demo", 5min), Duration(std::chrono::seconds(129)));
  EXPECT_EQ(stableDelay("shop/demo", 0s), 0s);
}

TEST(Schedule, NamesAreTheMeantMinuteInUtc) {
  EXPECT_EQ(scheduledName("demo", at("2026-11-26T03:07:00Z")), "demo-20261126-0307");
}

TEST(Schedule, CountsRuns) {
  const auto schedule = Schedule::parse("41 * * * *", "UTC", 0s, "").value();
  EXPECT_EQ(schedule.runsWithin(24h, at("2026-11-26T00:00:00Z"), 1000), 24);
  EXPECT_EQ(schedule.runsWithin(24h * 30, at("2026-11-26T00:00:00Z"), 256), 256);
}

TEST(Schedule, SaysWhatIsWrong) {
  EXPECT_NE(Schedule::parse("0 * * *", "UTC", 0s, "").error().message().find("five fields"),
            std::string::npos);
  EXPECT_NE(Schedule::parse("0 * * * *", "Mars/Base", 0s, "").error().message().find("Mars/Base"),
            std::string::npos);
}

}  // namespace
}  // namespace shopkeeper::controllers::backup
