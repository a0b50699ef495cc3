#include "sidecar/proxy/selection.h"

#include <gtest/gtest.h>

#include <map>

namespace shopkeeper::sidecar {
namespace {

struct Pool {
  std::vector<std::int64_t> memory;
  std::vector<Candidate> candidates;

  explicit Pool(const std::vector<std::pair<Rank, int>>& specs) : memory(specs.size()) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
      candidates.push_back({specs[i].first, specs[i].second, &memory[i]});
    }
  }
  std::vector<int> picks(int count) {
    std::vector<int> result;
    for (int i = 0; i < count; ++i) result.push_back(selectSmooth(candidates));
    return result;
  }
};

TEST(SelectSmooth, EqualWeightsTakeTurns) {
  Pool pool({{Rank::Primary, 1}, {Rank::Primary, 1}, {Rank::Primary, 1}});
  EXPECT_EQ(pool.picks(6), (std::vector<int>{0, 1, 2, 0, 1, 2}));
}

// The published example of nginx's algorithm.
TEST(SelectSmooth, SpreadsAHeavyWeightEvenly) {
  Pool pool({{Rank::Primary, 5}, {Rank::Primary, 1}, {Rank::Primary, 1}});
  EXPECT_EQ(pool.picks(7), (std::vector<int>{0, 0, 1, 0, 2, 0, 0}));
}

TEST(SelectSmooth, SharesAreExactOverAPeriod) {
  Pool pool({{Rank::Primary, 7000}, {Rank::Primary, 2999}, {Rank::Primary, 1}});
  std::map<int, int> shares;
  for (const int index : pool.picks(10'000)) ++shares[index];
  EXPECT_EQ(shares[0], 7000);
  EXPECT_EQ(shares[1], 2999);
  EXPECT_EQ(shares[2], 1);
}

TEST(SelectSmooth, OnlyTheBestRankIsUsed) {
  Pool standby({{Rank::Unhealthy, 1}, {Rank::Standby, 1}, {Rank::Terminating, 1}});
  EXPECT_EQ(standby.picks(3), (std::vector<int>{1, 1, 1}));
  Pool terminating({{Rank::Unhealthy, 1}, {Rank::Excluded, 9}, {Rank::Terminating, 1}});
  EXPECT_EQ(terminating.picks(2), (std::vector<int>{2, 2}));
  Pool desperate({{Rank::Unhealthy, 1}, {Rank::Unhealthy, 1}});
  EXPECT_EQ(desperate.picks(2), (std::vector<int>{0, 1}));
}

TEST(SelectSmooth, NothingToChoose) {
  Pool excluded({{Rank::Excluded, 1}});
  EXPECT_EQ(excluded.picks(1), std::vector<int>{-1});
  EXPECT_EQ(selectSmooth({}), -1);
}

}  // namespace
}  // namespace shopkeeper::sidecar
