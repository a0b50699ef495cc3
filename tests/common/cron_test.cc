#include "common/cron.h"

#include <gtest/gtest.h>

#include <string>

namespace shopkeeper {
namespace {

struct NextCase {
  const char* schedule;
  const char* after;
  const char* next;  // empty: never
};

class CronNextTest : public testing::TestWithParam<NextCase> {};

TEST_P(CronNextTest, IsTheFirstMatchingMinute) {
  const auto cron = Cron::parse(GetParam().schedule);
  ASSERT_TRUE(cron) << cron.error().message();
  WallTime after;
  ASSERT_TRUE(parseRfc3339(GetParam().after, after));
  const auto next = cron->next(after);
  EXPECT_EQ(next ? toRfc3339Seconds(*next) : "", GetParam().next) << GetParam().schedule;
}

INSTANTIATE_TEST_SUITE_P(
    All, CronNextTest,
    testing::Values(NextCase{"* * * * *", "2026-11-23T10:00:00Z", "2026-11-23T10:01:00Z"},
                    NextCase{"* * * * *", "2026-11-23T10:00:59.999Z", "2026-11-23T10:01:00Z"},
                    NextCase{"0 3 * * *", "2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z"},
                    NextCase{"0 3 * * *", "2026-11-23T02:59:59Z", "2026-11-23T03:00:00Z"},
                    NextCase{"*/15 * * * *", "2026-11-23T10:46:00Z", "2026-11-23T11:00:00Z"},
                    NextCase{"5/20 * * * *", "2026-11-23T10:26:00Z", "2026-11-23T10:45:00Z"},
                    NextCase{"10-20/5 * * * *", "2026-11-23T10:16:00Z", "2026-11-23T10:20:00Z"},
                    NextCase{"1,31 8-9 * * *", "2026-11-23T08:31:00Z", "2026-11-23T09:01:00Z"},
                    NextCase{"0 0 1 JAN *", "2026-11-23T00:00:00Z", "2027-01-01T00:00:00Z"},
                    NextCase{"0 0 * * mon-fri", "2026-11-27T12:00:00Z", "2026-11-30T00:00:00Z"},
                    NextCase{"0 0 * * 0", "2026-11-23T00:00:00Z", "2026-11-29T00:00:00Z"},
                    // Both days restricted: either will do (13th, or a Friday).
                    NextCase{"0 0 13 * FRI", "2026-11-23T00:00:00Z", "2026-11-27T00:00:00Z"},
                    NextCase{"0 0 13 * FRI", "2026-12-12T00:00:00Z", "2026-12-13T00:00:00Z"},
                    // One of them free: the other decides.
                    NextCase{"0 0 13 * *", "2026-11-23T00:00:00Z", "2026-12-13T00:00:00Z"},
                    NextCase{"0 0 ? * FRI", "2026-11-23T00:00:00Z", "2026-11-27T00:00:00Z"},
                    // "*/2" restricts, so the days are joined by or: every odd day, or a Monday.
                    NextCase{"0 0 */2 * MON", "2026-11-29T01:00:00Z", "2026-11-30T00:00:00Z"},
                    NextCase{"0 0 29 2 *", "2026-11-23T00:00:00Z", "2028-02-29T00:00:00Z"},
                    NextCase{"0 0 30 2 *", "2026-11-23T00:00:00Z", ""},
                    NextCase{"0 0 31 * *", "2026-11-23T00:00:00Z", "2026-12-31T00:00:00Z"},
                    NextCase{"59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"},
                    NextCase{"@hourly", "2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z"},
                    NextCase{"@weekly", "2026-11-23T10:00:00Z", "2026-11-29T00:00:00Z"},
                    NextCase{"@yearly", "2026-11-23T10:00:00Z", "2027-01-01T00:00:00Z"},
                    NextCase{"  0\t3 * *  * ", "2026-11-23T02:00:00Z", "2026-11-23T03:00:00Z"}));

struct BadCase {
  const char* schedule;
  const char* says;
};

class CronBadTest : public testing::TestWithParam<BadCase> {};

TEST_P(CronBadTest, NamesTheField) {
  const auto cron = Cron::parse(GetParam().schedule);
  ASSERT_FALSE(cron) << GetParam().schedule;
  EXPECT_EQ(cron.error().code(), ErrorCode::InvalidArgument);
  EXPECT_NE(cron.error().message().find(GetParam().says), std::string::npos)
      << cron.error().message();
}

INSTANTIATE_TEST_SUITE_P(
    All, CronBadTest,
    testing::Values(BadCase{"", "five fields"}, BadCase{"* * * *", "five fields"},
                    BadCase{"* * * * * *", "five fields"}, BadCase{"@often", "five fields"},
                    BadCase{"60 * * * *", "minute \"60\" must be 0-59"},
                    BadCase{"* 24 * * *", "hour \"24\" must be 0-23"},
                    BadCase{"* * 0 * *", "day of month \"0\" must be 1-31"},
                    BadCase{"* * 32 * *", "day of month"}, BadCase{"* * * 13 *", "month \"13\""},
                    BadCase{"* * * FOO *", "1-12 or JAN-DEC"},
                    BadCase{"* * * * 7", "0-6 (0 is Sunday) or SUN-SAT"},
                    BadCase{"5-1 * * * *", "minute"}, BadCase{"*/0 * * * *", "minute"},
                    BadCase{"*/x * * * *", "minute"}, BadCase{"1, * * * *", "minute"},
                    BadCase{"-1 * * * *", "minute"}, BadCase{"1--2 * * * *", "minute"},
                    BadCase{"MON * * * *", "minute"}, BadCase{"+1 * * * *", "minute"}));

}  // namespace
}  // namespace shopkeeper
