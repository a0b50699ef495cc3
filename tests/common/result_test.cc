#include "common/result.h"

#include <gtest/gtest.h>

namespace shopkeeper {
namespace {

TEST(Error, SaysByItsNatureWhetherARetryHelps) {
  EXPECT_TRUE(Error(ErrorCode::Unavailable, "x").retryable());
  EXPECT_TRUE(Error(ErrorCode::Conflict, "x").retryable());
  EXPECT_FALSE(Error(ErrorCode::InvalidArgument, "x").retryable());
  EXPECT_FALSE(Error(ErrorCode::Unavailable, "x", false).retryable());
}

TEST(Error, WithinKeepsCodeAndRetryability) {
  const Error inner(ErrorCode::Timeout, "no answer in 5 s");
  const Error outer = inner.within("listing pods");
  EXPECT_EQ(outer.message(), "listing pods: no answer in 5 s");
  EXPECT_EQ(outer.code(), ErrorCode::Timeout);
  EXPECT_TRUE(outer.retryable());
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = 7;
  const Result<int> bad = Error(ErrorCode::NotFound, "no such thing");
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, 7);
  ASSERT_FALSE(bad);
  EXPECT_EQ(toString(bad.error().code()), "NotFound");
}

// A crash of a test that used a failed call's value said nothing but "SEGFAULT".
TEST(ResultDeathTest, UsingTheSideThatIsNotThereEndsWithASentence) {
  const Result<std::string> bad = Error(ErrorCode::Unavailable, "connection refused");
  EXPECT_DEATH(static_cast<void>(bad->size()),
               "failed call was used: Unavailable: connection refused");
  EXPECT_DEATH(static_cast<void>((*bad).size()), "connection refused");
  const Result<std::string> good = std::string("x");
  EXPECT_DEATH(static_cast<void>(good.error().code()), "error of a call that succeeded");
  const Status done = ok();
  EXPECT_DEATH(static_cast<void>(done.error().code()), "error of a call that succeeded");
}

}  // namespace
}  // namespace shopkeeper
