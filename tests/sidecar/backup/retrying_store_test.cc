#include "sidecar/backup/storage/retrying_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "common/testing/manual_clock.h"
#include "tests/testing/bytes.h"
#include "tests/testing/memory_store.h"

namespace shopkeeper::backup::testing {
namespace {

using namespace std::chrono_literals;

class FixedRandom final : public Random {
 public:
  std::uint64_t next() override { return value; }
  std::uint64_t value = ~std::uint64_t{0};  // uniform() is just below 1: the longest waits
};

Error busy() { return Error(ErrorCode::TooManyRequests, "SlowDown"); }

class RetryingStoreTest : public ::testing::Test {
 protected:
  std::optional<Error> next(std::deque<Error>& errors) {
    if (errors.empty()) return std::nullopt;
    const Error error = errors.front();
    if (errors.size() > 1 || !last_) errors.pop_front();
    return error;
  }

  std::deque<Error> before_, after_;  // of the calls to come; then they succeed,
  bool last_ = false;                 // or the last one of these stays
  int calls_ = 0;
  std::vector<Duration> waits_;
  bool stopped_ = false;
  shopkeeper::testing::ManualClock clock_;
  FixedRandom random_;
  std::shared_ptr<MemoryStore> inner_ = std::make_shared<MemoryStore>(
      [this](const std::string&, const std::string&, bool done) -> std::optional<Error> {
        if (!done) ++calls_;
        return next(done ? after_ : before_);
      });
  RetryingStore store_{inner_, {500ms, 4s, 60s}, clock_, random_, [this](Duration wait) {
                         waits_.push_back(wait);
                         clock_.advance(wait);
                         return !stopped_;
                       }};
};

TEST_F(RetryingStoreTest, RepeatsWhatFailedForTheMoment) {
  before_ = {busy(), Error(ErrorCode::Timeout, "late"), Error(ErrorCode::Unavailable, "reset")};
  EXPECT_TRUE(store_.put("a", bytesOf("x"), PutMode::Replace));
  EXPECT_EQ(calls_, 4);
  before_ = {busy()};
  EXPECT_TRUE(store_.get("a").value() == bytesOf("x"));
  before_ = {busy()};
  EXPECT_EQ(store_.size("a").value(), 1U);
  before_ = {busy()};
  EXPECT_EQ(store_.list("").value().size(), 1U);
  before_ = {busy()};
  EXPECT_TRUE(store_.remove("a"));
}

TEST_F(RetryingStoreTest, LeavesAloneWhatFailsForGood) {
  before_ = {Error(ErrorCode::PermissionDenied, "AccessDenied")};
  EXPECT_EQ(store_.get("a").error().code(), ErrorCode::PermissionDenied);
  EXPECT_EQ(store_.get("a").error().code(), ErrorCode::NotFound);
  EXPECT_EQ(calls_, 2);
  EXPECT_TRUE(waits_.empty());
}

TEST_F(RetryingStoreTest, WaitsTwiceAsLongEachTimeUpToTheLongest) {
  before_ = {busy(), busy(), busy(), busy(), busy(), busy()};
  EXPECT_TRUE(store_.put("a", bytesOf("x"), PutMode::Replace));
  const std::vector<Duration> wanted{500ms, 1s, 2s, 4s, 4s, 4s};
  ASSERT_EQ(waits_.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_LE(waits_[i], wanted[i]);
    EXPECT_GT(waits_[i], wanted[i] - 1ms);
  }
}

TEST_F(RetryingStoreTest, JitterReachesDownToNothing) {
  random_.value = 0;
  before_ = {busy(), busy()};
  EXPECT_TRUE(store_.put("a", bytesOf("x"), PutMode::Replace));
  EXPECT_EQ(waits_, (std::vector<Duration>{0s, 0s}));
}

TEST_F(RetryingStoreTest, GivesUpAtTheDeadlineWithTheLastError) {
  before_ = {busy()};
  last_ = true;
  const auto start = clock_.now();
  const Status done = store_.put("a", bytesOf("x"), PutMode::Replace);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), ErrorCode::TooManyRequests);
  EXPECT_TRUE(done.error().retryable());
  EXPECT_THAT(done.error().message(), ::testing::HasSubstr("SlowDown (given up after "));
  EXPECT_LE(clock_.now() - start, 60s);
  EXPECT_GE(clock_.now() - start, 55s);
}

TEST_F(RetryingStoreTest, StopsWaitingWhenToldTo) {
  before_ = {busy()};
  last_ = true;
  stopped_ = true;
  EXPECT_EQ(store_.get("a").error().code(), ErrorCode::Cancelled);
  EXPECT_EQ(calls_, 1);
}

TEST_F(RetryingStoreTest, APutWhoseAnswerWasLostIsFoundToBeThere) {
  after_ = {Error(ErrorCode::Unavailable, "reset")};
  EXPECT_TRUE(store_.put("a", bytesOf("mine"), PutMode::CreateOnly));
  EXPECT_TRUE(store_.get("a").value() == bytesOf("mine"));
}

TEST_F(RetryingStoreTest, AnotherWritersObjectIsNotTakenForOurs) {
  ASSERT_TRUE(inner_->put("a", bytesOf("theirs"), PutMode::CreateOnly));
  before_ = {Error(ErrorCode::Unavailable, "reset")};
  EXPECT_EQ(store_.put("a", bytesOf("ours"), PutMode::CreateOnly).error().code(),
            ErrorCode::AlreadyExists);
  // Nor is one with the same bytes, where no try of ours can have written it.
  EXPECT_EQ(store_.put("a", bytesOf("theirs"), PutMode::CreateOnly).error().code(),
            ErrorCode::AlreadyExists);
}

}  // namespace
}  // namespace shopkeeper::backup::testing
