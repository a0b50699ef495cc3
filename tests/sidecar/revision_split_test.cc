#include "sidecar/proxy/revision_split.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "sidecar/proxy/low_discrepancy.h"
#include "sidecar/proxy/user_bucket.h"

namespace shopkeeper::sidecar {
namespace {

constexpr auto kAll = [](int) { return true; };

RevisionSplit split(const std::vector<int>& weights) {
  std::vector<wire::RevisionWeight> revisions;
  for (const int weight : weights) {
    revisions.push_back({"v" + std::to_string(revisions.size()), weight});
  }
  RevisionSplit made;
  made.set(revisions);
  return made;
}

double position(int bucket) { return (bucket + 0.5) / kUserBuckets; }

// Sidecars of different versions must agree for ever.
TEST(UserBucket, IsAFixedFunctionOfTheId) {
  EXPECT_EQ(userBucket(userHash("")), 4342);
  EXPECT_EQ(userBucket(userHash("user-1")), 5477);
  EXPECT_EQ(userBucket(userHash("anna@example.com")), 212);
}

TEST(UserBucket, SpreadsSimilarIdsEvenly) {
  std::map<int, int> tenths;
  for (int i = 0; i < 100'000; ++i)
    ++tenths[userBucket(userHash("user-" + std::to_string(i))) / 1000];
  ASSERT_EQ(tenths.size(), 10u);
  for (const auto& [tenth, count] : tenths) EXPECT_NEAR(count, 10'000, 500) << tenth;
}

TEST(RevisionSplit, SharesAreExactOverTheBuckets) {
  const RevisionSplit made = split({500, 1'500, 8'000});
  std::map<int, int> got;
  for (int bucket = 0; bucket < kUserBuckets; ++bucket) ++got[made.choose(position(bucket), kAll)];
  EXPECT_EQ(got[0], 500);
  EXPECT_EQ(got[1], 1'500);
  EXPECT_EQ(got[2], 8'000);
}

// The newest revision has the first buckets; the stable one, last in the list, comes next.
TEST(RevisionSplit, TheNewestRevisionsBucketsAreAPrefix) {
  const RevisionSplit made = split({500, 1'500, 8'000});
  EXPECT_EQ(made.choose(position(0), kAll), 0);
  EXPECT_EQ(made.choose(position(499), kAll), 0);
  EXPECT_EQ(made.choose(position(500), kAll), 2);
  EXPECT_EQ(made.choose(position(8'499), kAll), 2);
  EXPECT_EQ(made.choose(position(8'500), kAll), 1);
}

TEST(RevisionSplit, AGrowingShareMovesUsersIntoItAndNobodyElse) {
  for (const int grown : {600, 2'000, 8'500}) {
    const RevisionSplit before = split({500, 1'500, 8'000});
    const RevisionSplit after = split({grown, 1'500, 8'500 - grown});
    for (int bucket = 0; bucket < kUserBuckets; ++bucket) {
      const int was = before.choose(position(bucket), kAll);
      const int is = after.choose(position(bucket), kAll);
      EXPECT_TRUE(is == was || is == 0) << bucket;
    }
  }
}

TEST(RevisionSplit, OnlyThePeopleOfARevisionThatCannotServeMove) {
  const RevisionSplit made = split({2'000, 3'000, 5'000});
  const auto withoutFirst = [](int index) { return index != 0; };
  std::map<int, int> got;
  for (int bucket = 0; bucket < kUserBuckets; ++bucket) {
    const int usual = made.choose(position(bucket), kAll);
    const int now = made.choose(position(bucket), withoutFirst);
    ++got[now];
    EXPECT_TRUE(usual == 0 || now == usual) << bucket;
  }
  EXPECT_EQ(got.count(0), 0u);
  EXPECT_NEAR(got[1], 3'000 + 750, 1);
  EXPECT_NEAR(got[2], 5'000 + 1'250, 1);
}

TEST(RevisionSplit, WeightZeroServesOnlyForWantOfAnyOther) {
  const RevisionSplit made = split({0, 10'000});
  for (int bucket = 0; bucket < kUserBuckets; bucket += 99) {
    EXPECT_EQ(made.choose(position(bucket), kAll), 1);
    EXPECT_EQ(made.choose(position(bucket), [](int index) { return index == 0; }), 0);
  }
  EXPECT_EQ(made.choose(position(3), [](int) { return false; }), -1);
  EXPECT_EQ(split({}).choose(position(3), kAll), -1);
}

TEST(LowDiscrepancy, SharesOverAnyTenThousandAreWithinATenthOfAPoint) {
  LowDiscrepancy turn(LowDiscrepancy::kGoldenRatio);
  for (int stretch = 0; stretch < 20; ++stretch) {
    int first = 0;
    for (int i = 0; i < 10'000; ++i) first += turn.next() < 0.05;
    EXPECT_NEAR(first, 500, 10);
  }
}

TEST(LowDiscrepancy, SequencesThatAdvanceTogetherAreIndependent) {
  const double steps[] = {LowDiscrepancy::kGoldenRatio, LowDiscrepancy::kRootOfTwo,
                          LowDiscrepancy::kRootOfThree, LowDiscrepancy::kRootOfSeven};
  for (const double a : steps) {
    for (const double b : steps) {
      if (a == b) continue;
      LowDiscrepancy first(a), second(b);
      int both = 0;
      for (int i = 0; i < 10'000; ++i) {
        const bool x = first.next() < 0.1, y = second.next() < 0.5;
        both += x && y;
      }
      EXPECT_NEAR(both, 500, 50) << a << " " << b;
    }
  }
}

}  // namespace
}  // namespace shopkeeper::sidecar
