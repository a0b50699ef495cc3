#include "operator/api/quantity.h"

#include <gtest/gtest.h>

namespace shopkeeper::api {
namespace {

TEST(Quantity, ReadsEverySuffix) {
  EXPECT_EQ(parseQuantity("100m")->milli, 100);
  EXPECT_EQ(parseQuantity("1")->milli, 1'000);
  EXPECT_EQ(parseQuantity("1.5")->milli, 1'500);
  EXPECT_EQ(parseQuantity(".5")->milli, 500);
  EXPECT_EQ(parseQuantity("1Ki")->milli, 1'024'000);
  EXPECT_EQ(parseQuantity("1k")->milli, 1'000'000);
  EXPECT_EQ(parseQuantity("1e3")->milli, 1'000'000);
  EXPECT_EQ(parseQuantity("12E0")->milli, 12'000);
  EXPECT_EQ(parseQuantity("1.5Gi")->milli, 1'610'612'736'000);
  EXPECT_EQ(parseQuantity("0")->milli, 0);
}

TEST(Quantity, RoundsUpWhatIsSmallerThanAThousandth) {
  EXPECT_EQ(parseQuantity("1n")->milli, 1);
  EXPECT_EQ(parseQuantity("1500u")->milli, 2);
}

TEST(Quantity, Orders) {
  EXPECT_LT(*parseQuantity("1G"), *parseQuantity("1Gi"));
  EXPECT_EQ(*parseQuantity("1024Mi"), *parseQuantity("1Gi"));
  EXPECT_EQ(*parseQuantity("1000m"), *parseQuantity("1"));
}

TEST(Quantity, SaturatesInsteadOfOverflowing) {
  EXPECT_GT(*parseQuantity("16Ei"), *parseQuantity("8Pi"));
}

TEST(Quantity, RefusesWhatKubernetesRefuses) {
  for (const char* bad : {"", "-1", "1 Gi", "1gi", "Gi", ".", "1..5", "0x10", "inf", "1e", "1K"}) {
    EXPECT_FALSE(parseQuantity(bad)) << bad;
  }
}

}  // namespace
}  // namespace shopkeeper::api
