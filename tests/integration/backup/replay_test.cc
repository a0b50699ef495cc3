// Restoring from what was shipped: any instant, and nothing from what is damaged or missing.
#include <filesystem>

#include "tests/integration/backup/shipping_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class ReplayTest : public ShippingTest {
 protected:
  // A copy and five log objects, with the times between them.
  void SetUp() override {
    sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER)");
    const auto shipper = this->shipper();
    settle(*shipper);
    for (int i = 1; i <= 5; ++i) {
      std::this_thread::sleep_for(3ms);
      times_.push_back(systemClock().wallNow());
      std::this_thread::sleep_for(3ms);
      sql("INSERT INTO rows VALUES (" + std::to_string(i) + ", 0)");
      settle(*shipper);
    }
    const auto objects = store_->list("shipping/").value();
    for (const auto& object : objects) {
      (object.key.find("/log/") != std::string::npos ? logs_ : bases_).push_back(object.key);
    }
  }

  void expectCorrupt(WallTime at, const std::string& named) {
    const auto restored = restore(at);
    ASSERT_FALSE(restored.status);
    EXPECT_EQ(restored.status.error().code(), ErrorCode::Corrupt);
    EXPECT_THAT(restored.status.error().message(), ::testing::HasSubstr(named));
    for (const auto& entry : fs::directory_iterator(directory_.path())) {
      EXPECT_THAT(entry.path().string(), ::testing::Not(::testing::HasSubstr("restor")));
    }
  }

  std::vector<WallTime> times_;
  std::vector<std::string> logs_, bases_;
};

TEST_F(ReplayTest, RestoresBetweenAnyTwoWrites) {
  for (std::size_t i = 0; i < times_.size(); ++i) EXPECT_EQ(restore(times_[i]).rows.size(), i);
  EXPECT_EQ(restore().rows.size(), 5U);
}

TEST_F(ReplayTest, DamageIsNamedAndNeverRestored) {
  const std::string middle = logs_[logs_.size() - 3];
  const Bytes right = store_->get(middle).value();
  for (const std::size_t at : {std::size_t{0}, right.size() / 2, right.size() - 1}) {
    Bytes wrong = right;
    wrong[at] ^= std::byte{1};
    ASSERT_TRUE(store_->put(middle, wrong, PutMode::Replace));
    expectCorrupt(WallTime::max(), middle);
  }
  ASSERT_TRUE(store_->put(middle, std::span(right).first(right.size() / 2), PutMode::Replace));
  expectCorrupt(WallTime::max(), middle);
  ASSERT_TRUE(store_->put(middle, {}, PutMode::Replace));
  expectCorrupt(WallTime::max(), middle);
  // What was committed before it can be had.
  EXPECT_EQ(restore(times_[1]).rows.size(), 1U);
}

TEST_F(ReplayTest, ATornLastObjectIsNamedAndWhatCameBeforeCanBeHad) {
  const Bytes right = store_->get(logs_.back()).value();
  ASSERT_TRUE(
      store_->put(logs_.back(), std::span(right).first(right.size() - 9), PutMode::Replace));
  expectCorrupt(WallTime::max(), logs_.back());
  EXPECT_EQ(restore(times_[3]).rows.size(), 3U);
}

TEST_F(ReplayTest, MissingAndExchangedObjectsAreNoticed) {
  const std::string middle = logs_[logs_.size() - 3];
  const Bytes right = store_->get(middle).value();
  ASSERT_TRUE(store_->remove(middle));
  expectCorrupt(WallTime::max(), middle);
  ASSERT_TRUE(store_->put(middle, store_->get(logs_.back()).value(), PutMode::Replace));
  expectCorrupt(WallTime::max(), middle);
  ASSERT_TRUE(store_->put(middle, right, PutMode::Replace));
  ASSERT_TRUE(store_->remove(bases_.back()));
  EXPECT_FALSE(restore().status);
}

TEST_F(ReplayTest, AnotherKeyOpensNothing) {
  key_ = randomKey();
  EXPECT_EQ(restore().status.error().code(), ErrorCode::Corrupt);
}

TEST_F(ReplayTest, BeforeTheFirstCopyThereIsNothingAndItSaysSo) {
  const auto restored = restore(times_[0] - 1h);
  EXPECT_EQ(restored.status.error().code(), ErrorCode::NotFound);
  EXPECT_THAT(restored.status.error().message(), ::testing::HasSubstr("the first is of 20"));
}

TEST_F(ReplayTest, NothingIsRestoredOverAFile) {
  const auto order = ReplayOrder{"shipping/", "knowledge.db", WallTime::max(), database()};
  EXPECT_EQ(replay(*store_, key_, order).error().code(), ErrorCode::AlreadyExists);
}

}  // namespace
}  // namespace shopkeeper::backup::testing
