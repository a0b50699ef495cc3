// S3Store and RetryingStore through a proxy that does wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/random.h"
#include "sidecar/backup/storage/retrying_store.h"
#include "tests/integration/backup/faulty_proxy.h"
#include "tests/integration/backup/s3_server.h"
#include "tests/testing/bytes.h"

namespace shopkeeper::backup::testing {
namespace {

using namespace std::chrono_literals;

class S3FaultsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string whyNot;
    server_ = sharedS3Server(whyNot);
    if (server_ == nullptr) GTEST_SKIP() << whyNot;
    proxy_ = std::make_unique<FaultyProxy>(server_->port());
    S3Options options = server_->optionsForNewBucket(proxy_->port());
    options.transfer.stallTimeout = 1s;
    s3_ = std::move(S3Store::make(options).value());
    ASSERT_TRUE(s3_->createsAtomically().value());  // so that no request is for finding out
    retrying_ = std::make_unique<RetryingStore>(s3_, RetryRules{1ms, 10ms, 60s}, systemClock(),
                                                systemRandom(), pauseUntil({}));
  }

  S3Server* server_ = nullptr;
  std::unique_ptr<FaultyProxy> proxy_;
  std::shared_ptr<S3Store> s3_;
  std::unique_ptr<RetryingStore> retrying_;
};

TEST_F(S3FaultsTest, EachFaultIsAnErrorThatAnotherTryMayMend) {
  const Bytes bytes = pattern(200'000, 3);
  ASSERT_TRUE(s3_->put("a", bytes, PutMode::Replace));
  const auto expect = [&](Wrong wrong, ErrorCode code) {
    proxy_->always(wrong);  // libcurl repeats some on its own, once
    for (int call = 0; call < 3; ++call) {
      Error error(ErrorCode::Internal, "no error");
      if (call == 0) {
        if (const auto got = s3_->get("a"); !got) error = got.error();
      } else if (call == 1) {
        if (const auto got = s3_->list(""); !got) error = got.error();
      } else if (const auto got = s3_->put("b", bytes, PutMode::Replace); !got) {
        error = got.error();
      }
      EXPECT_EQ(error.code(), code)
          << static_cast<int>(wrong) << "/" << call << ": " << error.message();
      EXPECT_TRUE(error.retryable()) << static_cast<int>(wrong) << "/" << call;
    }
  };
  expect(Wrong::SlowDown, ErrorCode::TooManyRequests);
  expect(Wrong::InternalError, ErrorCode::Unavailable);
  expect(Wrong::Reset, ErrorCode::Unavailable);
  expect(Wrong::LostAnswer, ErrorCode::Unavailable);
  expect(Wrong::TornAnswer, ErrorCode::Unavailable);
  expect(Wrong::Stall, ErrorCode::Timeout);
}

TEST_F(S3FaultsTest, AWebPageIsNeitherAListNorAStoredObject) {
  proxy_->next({Wrong::HotelPage, Wrong::HotelPage});
  EXPECT_THAT(s3_->list("").error().message(), ::testing::HasSubstr("is this an S3 server?"));
  EXPECT_THAT(s3_->put("a", bytesOf("x"), PutMode::Replace).error().message(),
              ::testing::HasSubstr("is this an S3 server?"));
}

TEST_F(S3FaultsTest, BytesDamagedOnTheirWayAreNotStored) {
  proxy_->next({Wrong::DamagedUpload});
  const Status done = s3_->put("a", pattern(10'000, 1), PutMode::Replace);
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().retryable()) << done.error().message();
  EXPECT_EQ(s3_->get("a").error().code(), ErrorCode::NotFound);
}

TEST_F(S3FaultsTest, RetriesGetThroughAnythingThatEnds) {
  const std::deque<Wrong> faults{Wrong::SlowDown,      Wrong::Reset,      Wrong::TornAnswer,
                                 Wrong::InternalError, Wrong::LostAnswer, Wrong::Stall};
  const Bytes bytes = pattern(1'500'000, 9);  // large enough for "Expect: 100-continue"
  proxy_->next(faults);
  const Status put = retrying_->put("a", bytes, PutMode::CreateOnly);
  ASSERT_TRUE(put) << put.error().message();
  proxy_->next(faults);
  const auto back = retrying_->get("a", 1'000, 1'000'000);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_TRUE(std::ranges::equal(*back, std::span(bytes).subspan(1'000, 1'000'000)));
  proxy_->next(faults);
  EXPECT_EQ(retrying_->list("").value().size(), 1U);
  proxy_->next({Wrong::SlowDown, Wrong::Reset, Wrong::LostAnswer});
  EXPECT_EQ(retrying_->size("a").value(), bytes.size());
  proxy_->next(faults);
  EXPECT_TRUE(retrying_->remove("a"));
  proxy_->next({});
  EXPECT_EQ(s3_->get("a").error().code(), ErrorCode::NotFound);
}

// libcurl repeated it on its own, found the object it had stored, and it seemed another writer's.
TEST_F(S3FaultsTest, AConditionalPutWhoseAnswerWasLostSucceeds) {
  for (const std::string mine : {"mine", ""}) {
    ASSERT_TRUE(s3_->get("lock" + mine).error().code() ==
                ErrorCode::NotFound);  // a kept connection
    proxy_->next({Wrong::LostAnswer});
    const Status done = retrying_->put("lock" + mine, bytesOf(mine), PutMode::CreateOnly);
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_EQ(retrying_->put("lock" + mine, bytesOf(mine), PutMode::CreateOnly).error().code(),
              ErrorCode::AlreadyExists);
  }
}

TEST_F(S3FaultsTest, AServerThatIsAwayForAWhileIsWaitedFor) {
  std::string whyNot;
  const auto server = S3Server::start(whyNot);
  auto s3 = std::shared_ptr<S3Store>(std::move(*S3Store::make(server->optionsForNewBucket())));
  ASSERT_TRUE(s3->put("a", bytesOf("x"), PutMode::Replace));
  server->kill();
  EXPECT_EQ(s3->get("a").error().code(), ErrorCode::Unavailable);
  int waits = 0;
  RetryingStore retrying(s3, {1ms, 10ms, 60s}, systemClock(), systemRandom(), [&](Duration) {
    if (++waits == 3) server->startAgain();
    return true;
  });
  EXPECT_TRUE(retrying.get("a").value() == bytesOf("x"));
  EXPECT_GE(waits, 3);
}

}  // namespace
}  // namespace shopkeeper::backup::testing
