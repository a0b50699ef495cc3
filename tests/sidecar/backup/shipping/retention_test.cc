#include "sidecar/backup/shipping/retention.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace shopkeeper::backup {
namespace {

WallTime at(int seconds) { return WallTime(std::chrono::seconds(seconds)); }
ShipmentName log(const char* stream, std::uint64_t sequence) { return {stream, true, sequence, 0}; }
ShipmentName piece(const char* stream, std::uint64_t number, std::uint64_t piece) {
  return {stream, false, number, piece};
}

// Stream a: copies 1 (two pieces, time 10) and 2 (time 20, from log 3 on); stream b: copy 1 (40).
const std::vector<ShipmentName> kNames = {piece("a", 1, 0), piece("a", 1, 1), piece("a", 2, 0),
                                          log("a", 1),      log("a", 2),      log("a", 3),
                                          log("a", 4),      piece("b", 1, 0), log("b", 1)};
const std::vector<DatedBase> kBases = {
    {"a", 1, 1, at(10)}, {"a", 2, 3, at(20)}, {"b", 1, 1, at(40)}};

TEST(RetentionTest, KeepsTheCopyThatTheOldestInstantNeedsWithItsLog) {
  EXPECT_EQ(
      unneeded(kNames, kBases, at(25)),
      (std::vector<ShipmentName>{piece("a", 1, 1), piece("a", 1, 0), log("a", 1), log("a", 2)}));
  EXPECT_EQ(unneeded(kNames, kBases, at(20)).size(), 4U);
}

TEST(RetentionTest, ACopyThatIsTooYoungForTheOldestInstantReplacesNothing) {
  EXPECT_TRUE(unneeded(kNames, kBases, at(19)).empty());
  EXPECT_TRUE(unneeded(kNames, kBases, at(5)).empty());
  EXPECT_TRUE(unneeded(kNames, {}, at(100)).empty());
}

TEST(RetentionTest, StreamsBeforeTheOneThatIsNeededGoWhole) {
  const auto gone = unneeded(kNames, kBases, at(40));
  EXPECT_EQ(gone.size(), 7U);
  EXPECT_TRUE(std::ranges::all_of(gone, [](const auto& name) { return name.stream == "a"; }));
}

TEST(RetentionTest, TheNewestCopyStaysHoweverOldItIs) {
  for (const auto& name : unneeded(kNames, kBases, at(1'000'000))) EXPECT_NE(name.stream, "b");
}

TEST(RetentionTest, CopiesGoFirstAndEachFromItsEnd) {
  const auto gone = unneeded(kNames, kBases, at(40));
  EXPECT_TRUE(std::ranges::is_partitioned(gone, [](const auto& name) { return !name.isLog; }));
  const auto last = std::ranges::find(gone, piece("a", 1, 1));
  EXPECT_LT(last, std::ranges::find(gone, piece("a", 1, 0)));
}

}  // namespace
}  // namespace shopkeeper::backup
