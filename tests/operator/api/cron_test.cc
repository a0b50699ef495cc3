#include "operator/api/cron.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shopkeeper::api {
namespace {

TEST(Cron, AcceptsTheFiveFields) {
  for (const char* good :
       {"* * * * *", "30 3 * * *", "*/15 0-6,22 1,15 1-12/3 0-7", "59 23 31 12 7"}) {
    EXPECT_TRUE(checkCron(good)) << good;
  }
}

TEST(Cron, RefusalNamesTheField) {
  const std::pair<const char*, const char*> table[] = {{"", "five cron fields"},
                                                       {"* * * *", "five cron fields"},
                                                       {"* * * * * *", "five cron fields"},
                                                       {"60 * * * *", "minute"},
                                                       {"* 24 * * *", "hour"},
                                                       {"* * 0 * *", "day"},
                                                       {"* * * 13 *", "month"},
                                                       {"* * * * 8", "weekday"},
                                                       {"50-10 * * * *", "minute"},
                                                       {"*/0 * * * *", "minute"},
                                                       {"1,,2 * * * *", "minute"},
                                                       {"* * * jan *", "month"},
                                                       {"-5 * * * *", "minute"},
                                                       {"@daily", "five cron fields"}};
  for (const auto& [text, expected] : table) {
    const auto status = checkCron(text);
    ASSERT_FALSE(status) << text;
    EXPECT_THAT(status.error().message(), testing::HasSubstr(expected)) << text;
  }
}

}  // namespace
}  // namespace shopkeeper::api
