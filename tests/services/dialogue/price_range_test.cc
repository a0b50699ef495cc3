#include "services/dialogue/domain/price_range.h"

#include <gtest/gtest.h>

namespace shopkeeper::dialogue {
namespace {

struct Case {
  const char* message;
  std::optional<double> min, max;
};

class PriceWishTable : public ::testing::TestWithParam<Case> {};

TEST_P(PriceWishTable, Reads) {
  const auto wish = readPriceWish(GetParam().message);
  EXPECT_EQ(wish.range.min, GetParam().min) << GetParam().message;
  EXPECT_EQ(wish.range.max, GetParam().max) << GetParam().message;
}

constexpr std::optional<double> kNone;

INSTANTIATE_TEST_SUITE_P(
    Messages, PriceWishTable,
    ::testing::Values(Case{"laptops under 2000", kNone, 2000}, Case{"below ¥2,000", kNone, 2000},
                      Case{"less than 2k", kNone, 2000},
                      Case{"no more than 1,299.5 yuan", kNone, 1299.5},
                      Case{"between 1000 and 2000", 1000, 2000},
                      Case{"between 2000 and 1000", 1000, 2000}, Case{"from 100 to 300", 100, 300},
                      Case{"over 3k", 3000, kNone}, Case{"around 800", 640, 960},
                      Case{"budget is 500", kNone, 500}, Case{"1000-2000元的耳机", 1000, 2000},
                      Case{"两千元以下的手机", kNone, 2000}, Case{"三千五以内的相机", kNone, 3500},
                      Case{"1.5万以下", kNone, 15000}, Case{"不超过500", kNone, 500},
                      Case{"预算三千", kNone, 3000}, Case{"三千块左右的手机", 2400, 3600},
                      Case{"五百元以上", 500, kNone}, Case{"5000到8000之间的笔记本", 5000, 8000},
                      // Numbers that are no prices.
                      Case{"how heavy is the AirBook 14?", kNone, kNone},
                      Case{"a laptop under 2 kg", kNone, kNone},
                      Case{"at least 16 GB", kNone, kNone}, Case{"三款以上", kNone, kNone},
                      Case{"recommend a 14 inch laptop", kNone, kNone}, Case{"", kNone, kNone}));

TEST(PriceWish, LeavesTheRestOfTheMessage) {
  EXPECT_EQ(readPriceWish("laptops under 2000").rest, "laptops");
  EXPECT_EQ(readPriceWish("两千元以下的手机").rest, "的手机");
}

TEST(PriceWish, LongMessagesAreNotSearched) {
  EXPECT_FALSE(readPriceWish(std::string(100'000, '9') + " under 20").range.any());
}

TEST(ReadNumber, ChineseNumerals) {
  EXPECT_EQ(readNumber("三千五"), 3500);
  EXPECT_EQ(readNumber("一万二"), 12000);
  EXPECT_EQ(readNumber("两千零五十"), 2050);
  EXPECT_EQ(readNumber("十五"), 15);
  EXPECT_EQ(readNumber("abc"), std::nullopt);
  EXPECT_EQ(readNumber(""), std::nullopt);
}

TEST(PriceRange, UnknownPriceFitsNoWish) {
  EXPECT_TRUE((PriceRange{}.holds(0)));
  EXPECT_FALSE((PriceRange{std::nullopt, 100}.holds(0)));
  EXPECT_TRUE((PriceRange{std::nullopt, 100}.holds(100)));
}

}  // namespace
}  // namespace shopkeeper::dialogue
