#include "common/time_zone.h"

#include <gtest/gtest.h>

#include <string>

namespace shopkeeper {
namespace {

struct ZonedCase {
  const char* schedule;
  const char* zone;
  const char* after;
  const char* next;  // empty: never
};

class NextRunTest : public testing::TestWithParam<ZonedCase> {};

TEST_P(NextRunTest, IsTheFirstInstantWhoseLocalTimeFits) {
  const auto& [schedule, name, afterText, next] = GetParam();
  const auto zone = TimeZone::load(name);
  ASSERT_TRUE(zone) << zone.error().message();
  WallTime after;
  ASSERT_TRUE(parseRfc3339(afterText, after));
  const auto run = nextRun(Cron::parse(schedule).value(), *zone, after);
  EXPECT_EQ(run ? toRfc3339Seconds(*run) : "", next) << schedule << " in " << name;
}

INSTANTIATE_TEST_SUITE_P(
    All, NextRunTest,
    testing::Values(
        ZonedCase{"0 3 * * *", "UTC", "2026-11-23T10:00:00Z", "2026-11-24T03:00:00Z"},
        ZonedCase{"0 3 * * *", "Asia/Shanghai", "2026-11-23T10:00:00Z", "2026-11-23T19:00:00Z"},
        // Another day of the week there than in UTC.
        ZonedCase{"0 1 * * MON", "Asia/Shanghai", "2026-11-22T00:00:00Z", "2026-11-22T17:00:00Z"},
        ZonedCase{"15 * * * *", "Asia/Kathmandu", "2026-11-23T10:00:00Z", "2026-11-23T10:30:00Z"},
        ZonedCase{"0 3 * * *", "Europe/Berlin", "2026-07-01T00:00:00Z", "2026-07-01T01:00:00Z"},
        ZonedCase{"0 3 * * *", "Europe/Berlin", "2026-12-01T00:00:00Z", "2026-12-01T02:00:00Z"},
        // 2026-03-29, 02:00 to 03:00 does not exist: once, at 03:00.
        ZonedCase{"30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
        ZonedCase{"*/10 2 * * *", "Europe/Berlin", "2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z"},
        ZonedCase{"*/10 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
        ZonedCase{"0 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"},
        ZonedCase{"0 * * * *", "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"},
        // 2026-10-25, 02:00 to 03:00 comes twice: the first time only.
        ZonedCase{"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
        ZonedCase{"30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
        ZonedCase{"30 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-26T01:30:00Z"},
        ZonedCase{"30 1 * * *", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z"},
        ZonedCase{"30 1 * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"},
        // A whole day that does not exist.
        ZonedCase{"0 12 30 12 *", "Pacific/Apia", "2011-12-29T00:00:00Z", "2011-12-30T10:00:00Z"},
        // By the rule that goes on for ever, after the last transition in the file.
        ZonedCase{"0 3 * * *", "Europe/Berlin", "2090-07-01T12:00:00Z", "2090-07-02T01:00:00Z"},
        ZonedCase{"0 0 30 2 *", "Europe/Berlin", "2026-01-01T00:00:00Z", ""}));

TEST(TimeZone, RefusesWhatIsNoZone) {
  for (const std::string name : {"", "Europe/Atlantis", "/etc/passwd", "../../etc/passwd",
                                 "file:/etc/localtime", "Europe/Berlin "}) {
    const auto zone = TimeZone::load(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code(), ErrorCode::InvalidArgument);
    EXPECT_NE(zone.error().message().find("is no time zone"), std::string::npos);
  }
}

TEST(TimeZone, LocalAndInstantAreInverse) {
  const auto zone = TimeZone::load("America/Sao_Paulo").value();
  WallTime instant;
  ASSERT_TRUE(parseRfc3339("2026-05-04T03:02:01.250Z", instant));
  EXPECT_EQ(toRfc3339(zone.localOf(instant)), "2026-05-04T00:02:01.250Z");
  EXPECT_EQ(zone.instantOf(zone.localOf(instant)), instant);
}

}  // namespace
}  // namespace shopkeeper
