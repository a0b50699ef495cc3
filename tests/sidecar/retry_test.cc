#include <gtest/gtest.h>

#include "sidecar/proxy/retry_budget.h"
#include "sidecar/proxy/retry_policy.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::seconds;

FailedTry failed(Outcome outcome, bool idempotent = true) {
  FailedTry made;
  made.outcome = outcome;
  made.idempotent = idempotent;
  made.bodyReplayable = true;
  return made;
}

TEST(IsIdempotent, FollowsRfc9110) {
  for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}) {
    EXPECT_TRUE(isIdempotent(method)) << method;
  }
  for (const char* method : {"POST", "PATCH", "get", "TRACE", ""}) {
    EXPECT_FALSE(isIdempotent(method)) << method;
  }
}

TEST(IsRepeatable, APostOnlyBelowTheDeclaredPaths) {
  wire::RetryPolicy policy;
  policy.retriablePaths = {"/v1/search", "/v1/read/"};
  EXPECT_TRUE(isRepeatable("GET", "/v1/chat", policy));
  EXPECT_TRUE(isRepeatable("POST", "/v1/search", policy));
  EXPECT_TRUE(isRepeatable("POST", "/v1/search?q=/x", policy));
  EXPECT_TRUE(isRepeatable("POST", "/v1/search/more", policy));
  EXPECT_TRUE(isRepeatable("POST", "/v1/read/1", policy));
  EXPECT_FALSE(isRepeatable("POST", "/v1/searches", policy));
  EXPECT_FALSE(isRepeatable("POST", "/v1/chat?x=/v1/search", policy));
  EXPECT_FALSE(isRepeatable("PATCH", "/v1/search", policy));
}

// traffic.md 5: k failures in a row against `maxTries`.
TEST(DecideRetry, SucceedsWhereTheFailuresAreFewerThanTheTries) {
  for (const auto& [maxTries, failures, served] : {std::tuple{4, 2, true},
                                                   {4, 3, true},
                                                   {4, 4, false},
                                                   {2, 1, true},
                                                   {2, 3, false},
                                                   {1, 0, true},
                                                   {1, 1, false}}) {
    FailedTry made = failed(Outcome::Reset);
    made.maxTries = maxTries;
    int tries = 1;
    for (; tries <= failures; ++tries) {
      made.tries = tries;
      if (decideRetry(made) != RetryVerdict::OtherEndpoint) break;
    }
    EXPECT_EQ(tries == failures + 1, served) << maxTries << " tries, " << failures << " failures";
  }
}

TEST(DecideRetry, AnIdempotentRequestGoesElsewhereAfterEveryFailureOfTheWay) {
  for (const Outcome outcome :
       {Outcome::ConnectFailed, Outcome::Reset, Outcome::Timeout, Outcome::GatewayError}) {
    EXPECT_EQ(decideRetry(failed(outcome)), RetryVerdict::OtherEndpoint) << toString(outcome);
  }
}

TEST(DecideRetry, AnswersOfTheServiceAreNeverRetried) {
  EXPECT_EQ(decideRetry(failed(Outcome::Success)), RetryVerdict::GiveUp);
  EXPECT_EQ(decideRetry(failed(Outcome::ServerError)), RetryVerdict::GiveUp);
}

TEST(DecideRetry, APostIsRetriedOnlyWhenItCannotHaveReachedTheService) {
  EXPECT_EQ(decideRetry(failed(Outcome::Reset, false)), RetryVerdict::GiveUp);
  EXPECT_EQ(decideRetry(failed(Outcome::Timeout, false)), RetryVerdict::GiveUp);
  EXPECT_EQ(decideRetry(failed(Outcome::GatewayError, false)), RetryVerdict::GiveUp);

  FailedTry unsent = failed(Outcome::ConnectFailed, false);
  unsent.nothingSent = true;
  EXPECT_EQ(decideRetry(unsent), RetryVerdict::OtherEndpoint);

  FailedTry notReached = failed(Outcome::GatewayError, false);
  notReached.neverReachedService = true;
  EXPECT_EQ(decideRetry(notReached), RetryVerdict::OtherEndpoint);
}

TEST(DecideRetry, AStaleConnectionIsReplacedOnceAtTheSameEndpoint) {
  FailedTry stale = failed(Outcome::Reset);
  stale.reusedConnection = true;
  EXPECT_EQ(decideRetry(stale), RetryVerdict::SameEndpointFresh);
  stale.staleRetried = true;
  EXPECT_EQ(decideRetry(stale), RetryVerdict::OtherEndpoint);

  FailedTry post = failed(Outcome::Reset, false);
  post.reusedConnection = true;
  EXPECT_EQ(decideRetry(post), RetryVerdict::GiveUp);
  post.nothingSent = true;
  EXPECT_EQ(decideRetry(post), RetryVerdict::SameEndpointFresh);
}

TEST(DecideRetry, StopsAtItsBounds) {
  FailedTry late = failed(Outcome::Reset);
  late.timeLeft = false;
  EXPECT_EQ(decideRetry(late), RetryVerdict::GiveUp);
  FailedTry often = failed(Outcome::Reset);
  often.tries = often.maxTries = 2;
  EXPECT_EQ(decideRetry(often), RetryVerdict::GiveUp);
  FailedTry streamed = failed(Outcome::Reset);
  streamed.bodyReplayable = false;
  EXPECT_EQ(decideRetry(streamed), RetryVerdict::GiveUp);
}

TEST(DecideRetry, OverloadElsewhereIsTriedOnlyIfItSaysSo) {
  EXPECT_EQ(decideRetry(failed(Outcome::Neutral)), RetryVerdict::GiveUp);
  FailedTry overload = failed(Outcome::Neutral, false);
  overload.neverReachedService = true;
  EXPECT_EQ(decideRetry(overload), RetryVerdict::OtherEndpoint);
}

int spendAll(RetryBudget& budget, MonotonicTime now) {
  int spent = 0;
  while (spent < 100'000 && budget.spend(now)) ++spent;
  return spent;
}

TEST(RetryBudget, AllowsTheMinimumWithoutTraffic) {
  RetryBudget budget(20);
  EXPECT_EQ(spendAll(budget, MonotonicTime(seconds(1000))), 100);
}

TEST(RetryBudget, AddsAShareOfTheRequests) {
  RetryBudget budget(20);
  const MonotonicTime now(seconds(1000));
  for (int i = 0; i < 1000; ++i) budget.onRequest(now);
  EXPECT_EQ(spendAll(budget, now), 300);
}

TEST(RetryBudget, TheLimitsAreThePolicys) {
  RetryBudget budget(10, 2);
  const MonotonicTime now(seconds(1000));
  for (int i = 0; i < 1000; ++i) budget.onRequest(now);
  EXPECT_EQ(spendAll(budget, now), 120);
  budget.setLimits(0, 100);
  EXPECT_FALSE(budget.spend(now + seconds(20)));
}

TEST(RetryBudget, ForgetsAfterTheWindow) {
  RetryBudget budget(20);
  const MonotonicTime now(seconds(1000));
  for (int i = 0; i < 1000; ++i) budget.onRequest(now);
  EXPECT_EQ(spendAll(budget, now), 300);
  EXPECT_EQ(spendAll(budget, now + seconds(9)), 0);
  EXPECT_EQ(spendAll(budget, now + seconds(10)), 100);
}

TEST(RetryBudget, ZeroPercentMeansNoRetryAtAll) {
  RetryBudget budget(0);
  EXPECT_FALSE(budget.spend(MonotonicTime(seconds(1000))));
}

}  // namespace
}  // namespace shopkeeper::sidecar
