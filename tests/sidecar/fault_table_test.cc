#include "sidecar/proxy/fault_table.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

class Sequence final : public Random {
 public:
  std::uint64_t next() override { return state_ += 0x9E3779B97F4A7C15ull; }

 private:
  std::uint64_t state_ = 0;
};

wire::Fault fault(const std::string& id, int ttlMs, const std::string& pod = "") {
  wire::Fault made;
  made.id = id;
  made.component = "search";
  made.pod = pod;
  made.ttlMs = ttlMs;
  return made;
}

class FaultTableTest : public ::testing::Test {
 protected:
  MonotonicTime at(int ms) const { return MonotonicTime{} + milliseconds(ms); }

  FaultTable table_{"search", "search-1"};
  Sequence random_;
};

TEST_F(FaultTableTest, TakesItsOwnPodsAndComponentsFaultsOnly) {
  auto other = fault("other", 1'000);
  other.component = "ui";
  table_.apply(
      {fault("a", 1'000), fault("b", 1'000, "search-1"), fault("c", 1'000, "search-2"), other},
      at(0));
  EXPECT_EQ(table_.active(at(0)), (std::vector<std::string>{"a", "b"}));
}

TEST_F(FaultTableTest, EndsByItselfThoughItIsStillOrdered) {
  table_.apply({fault("a", 1'000)}, at(0));
  EXPECT_TRUE(table_.choose(at(999), random_));
  EXPECT_FALSE(table_.choose(at(1'000), random_));
  table_.apply({fault("a", 1'000)}, at(1'500));
  EXPECT_FALSE(table_.choose(at(1'500), random_)) << "the same id again does not begin anew";
}

TEST_F(FaultTableTest, TheSameIdAgainDoesNotMoveTheEnd) {
  table_.apply({fault("a", 1'000)}, at(0));
  table_.apply({fault("a", 600'000)}, at(500));
  EXPECT_FALSE(table_.choose(at(1'000), random_));
}

TEST_F(FaultTableTest, EndsAtOnceWhenItIsNoLongerOrdered) {
  table_.apply({fault("a", 1'000)}, at(0));
  table_.apply({}, at(10));
  EXPECT_FALSE(table_.choose(at(10), random_));
  EXPECT_TRUE(table_.active(at(10)).empty());
}

TEST_F(FaultTableTest, HitsItsShareOfTheRequests) {
  auto half = fault("a", 1'000);
  half.percent = 30;
  table_.apply({half}, at(0));
  int hit = 0;
  for (int i = 0; i < 10'000; ++i) hit += table_.choose(at(1), random_).has_value();
  EXPECT_NEAR(hit, 3'000, 100);
}

}  // namespace
}  // namespace shopkeeper::sidecar
