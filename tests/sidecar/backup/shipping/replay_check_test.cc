#include "sidecar/backup/shipping/replay_check.h"

#include <gtest/gtest.h>

namespace shopkeeper::backup {
namespace {

WallTime at(int seconds) { return WallTime(std::chrono::seconds(seconds)); }

constexpr LogSalt kSalt{1}, kNext{2};

// Hashes are "h1", "h2", ...
Shipment part(std::uint64_t sequence, LogPosition begin, std::uint64_t bytes,
              std::vector<CommitMark> marks, const LogSalt& salt = kSalt) {
  Shipment shipment;
  shipment.sequence = sequence;
  shipment.previous = "h" + std::to_string(sequence - 1);
  shipment.log.emplace();
  shipment.log->begin = begin;
  shipment.log->salt = salt;
  shipment.log->marks = std::move(marks);
  shipment.bytes.resize(bytes);
  return shipment;
}

Status take(ReplayCheck& check, const Shipment& shipment) {
  return check.take(shipment, "h" + std::to_string(shipment.sequence));
}

BasePart base(LogPosition from, int time, std::uint64_t sequence = 1) {
  BasePart base;
  base.from = from;
  base.time = at(time);
  base.sequence = sequence;
  return base;
}

TEST(ReplayCheckTest, EndsAtTheLastCommitInTime) {
  ReplayCheck check(base({0, 100}, 10), at(25));
  EXPECT_TRUE(take(check, part(1, {0, 0}, 200, {{at(10), 100}, {at(20), 200}})));
  EXPECT_FALSE(check.passed());
  EXPECT_TRUE(take(check, part(2, {0, 200}, 200, {{at(24), 300}, {at(26), 400}})));
  EXPECT_TRUE(check.passed());
  ASSERT_TRUE(check.until());
  EXPECT_EQ(check.until()->position, (LogPosition{0, 300}));
  EXPECT_EQ(check.until()->time, at(24));
}

TEST(ReplayCheckTest, ATransactionThatGoesOnDoesNotCount) {
  ReplayCheck check(base({0, 100}, 10), WallTime::max());
  EXPECT_TRUE(take(check, part(1, {0, 0}, 100, {{at(10), 100}})));
  EXPECT_TRUE(take(check, part(2, {0, 100}, 500, {})));
  EXPECT_EQ(check.until()->position, (LogPosition{0, 100}));
}

TEST(ReplayCheckTest, ACopyThatNeedsMoreOfTheLogCannotBeUsed) {
  ReplayCheck check(base({0, 300}, 10), at(15));
  EXPECT_TRUE(take(check, part(1, {0, 0}, 400, {{at(5), 200}, {at(20), 400}})));
  EXPECT_FALSE(check.until());
}

TEST(ReplayCheckTest, ACopyThatNeedsNoLogStandsForItself) {
  ReplayCheck check(base({2, 0}, 10), at(15));
  EXPECT_EQ(check.until()->position, (LogPosition{2, 0}));
  EXPECT_EQ(check.until()->time, at(10));
  EXPECT_TRUE(take(check, part(1, {2, 0}, 100, {{at(12), 100}})));
  EXPECT_EQ(check.until()->position, (LogPosition{2, 100}));
}

TEST(ReplayCheckTest, TheNextLogBeginsWhereTheOneBeforeEndedWithACommit) {
  ReplayCheck check(base({0, 0}, 1), WallTime::max());
  EXPECT_TRUE(take(check, part(1, {0, 0}, 100, {{at(2), 100}})));
  EXPECT_TRUE(take(check, part(2, {1, 0}, 50, {{at(3), 50}}, kNext)));
  EXPECT_EQ(check.until()->position, (LogPosition{1, 50}));

  ReplayCheck torn(base({0, 0}, 1), WallTime::max());
  EXPECT_TRUE(take(torn, part(1, {0, 0}, 100, {{at(2), 90}})));
  EXPECT_FALSE(take(torn, part(2, {1, 0}, 50, {{at(3), 50}}, kNext)));
}

TEST(ReplayCheckTest, RefusesWhatDoesNotFollow) {
  const auto refuses = [](const Shipment& second) {
    ReplayCheck check(base({0, 0}, 1), WallTime::max());
    EXPECT_TRUE(take(check, part(1, {0, 0}, 100, {{at(2), 100}})));
    const Status taken = take(check, second);
    return !taken && taken.error().code() == ErrorCode::Corrupt;
  };
  EXPECT_FALSE(refuses(part(2, {0, 100}, 10, {})));
  EXPECT_TRUE(refuses(part(3, {0, 100}, 10, {})));
  EXPECT_TRUE(refuses(part(2, {0, 90}, 10, {})));
  EXPECT_TRUE(refuses(part(2, {0, 110}, 10, {})));
  EXPECT_TRUE(refuses(part(2, {0, 100}, 10, {}, kNext)));
  EXPECT_TRUE(refuses(part(2, {2, 0}, 10, {}, kNext)));
  EXPECT_TRUE(refuses(part(2, {1, 10}, 10, {}, kNext)));
  Shipment other = part(2, {0, 100}, 10, {});
  other.previous = "another";
  EXPECT_TRUE(refuses(other));
  other = part(2, {0, 100}, 10, {});
  other.log.reset();
  EXPECT_TRUE(refuses(other));
}

TEST(ReplayCheckTest, BeginsWithTheBeginningOfTheCopysLog) {
  ReplayCheck late(base({0, 100}, 1), WallTime::max());
  EXPECT_FALSE(take(late, part(1, {0, 100}, 100, {})));
  ReplayCheck other(base({0, 100}, 1), WallTime::max());
  EXPECT_FALSE(take(other, part(1, {1, 0}, 100, {})));
  ReplayCheck later(base({4, 0}, 1, 77), WallTime::max());
  EXPECT_EQ(later.nextSequence(), 77U);
  EXPECT_TRUE(take(later, part(77, {5, 0}, 100, {{at(2), 100}})));
}

TEST(BasesOfTest, NewestFirstWithTheirPieces) {
  EXPECT_EQ(basesOf({{"a", false, 1, 0},
                     {"a", false, 1, 1},
                     {"a", true, 1, 0},
                     {"b", false, 1, 0},
                     {"a", false, 2, 2}}),
            (std::vector<BaseName>{{"b", 1, 1}, {"a", 2, 3}, {"a", 1, 2}}));
}

}  // namespace
}  // namespace shopkeeper::backup
