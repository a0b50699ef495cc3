#include "operator/control/token_cache.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/testing/manual_clock.h"

namespace shopkeeper::control {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class CountingReviewer final : public TokenReviewer {
 public:
  Result<PodIdentity> review(const std::string& token) override {
    ++calls;
    if (token == "bad") return Error(ErrorCode::Unauthenticated, "no", false);
    if (token == "down") return Error(ErrorCode::Unavailable, "no answer");
    return PodIdentity{"shop", "demo-search", token, "uid"};
  }
  int calls = 0;
};

struct TokenCacheTest : ::testing::Test {
  shopkeeper::testing::ManualClock clock;
  CountingReviewer reviewer;
  TokenCache cache{reviewer, {.validFor = 60s, .refusedFor = 5s, .maxEntries = 3}, clock};
};

TEST_F(TokenCacheTest, AsksOnceAMinuteForAValidToken) {
  EXPECT_EQ(cache.review("pod-1")->pod, "pod-1");
  clock.advance(59s);
  EXPECT_EQ(cache.review("pod-1")->pod, "pod-1");
  EXPECT_EQ(reviewer.calls, 1);
  clock.advance(2s);
  EXPECT_TRUE(cache.review("pod-1"));
  EXPECT_EQ(reviewer.calls, 2);
}

TEST_F(TokenCacheTest, RemembersARefusalForFiveSeconds) {
  EXPECT_FALSE(cache.review("bad"));
  clock.advance(4s);
  EXPECT_FALSE(cache.review("bad"));
  EXPECT_EQ(reviewer.calls, 1);
  clock.advance(2s);
  EXPECT_FALSE(cache.review("bad"));
  EXPECT_EQ(reviewer.calls, 2);
}

TEST_F(TokenCacheTest, DoesNotRememberThatNobodyAnswered) {
  EXPECT_FALSE(cache.review("down"));
  EXPECT_FALSE(cache.review("down"));
  EXPECT_EQ(reviewer.calls, 2);
  EXPECT_EQ(cache.size(), 0u);
}

TEST_F(TokenCacheTest, IsBoundedAndDropsWhatEndsFirst) {
  EXPECT_TRUE(cache.review("pod-1"));
  clock.advance(1s);
  EXPECT_TRUE(cache.review("pod-2"));
  EXPECT_TRUE(cache.review("pod-3"));
  EXPECT_TRUE(cache.review("pod-4"));
  EXPECT_EQ(cache.size(), 3u);
  const int before = reviewer.calls;
  EXPECT_TRUE(cache.review("pod-2"));
  EXPECT_EQ(reviewer.calls, before);
  EXPECT_TRUE(cache.review("pod-1"));
  EXPECT_EQ(reviewer.calls, before + 1);
}

kube::Object reviewAnswer(const char* status) {
  return kube::Object(json{{"status", json::parse(status)}});
}

TEST(ReadTokenReview, ReadsTheBoundPod) {
  const auto identity = readTokenReview(reviewAnswer(R"({
    "authenticated": true, "audiences": ["shopkeeper"],
    "user": {"username": "system:serviceaccount:shop:demo-search",
             "extra": {"authentication.kubernetes.io/pod-name": ["demo-search-1"],
                       "authentication.kubernetes.io/pod-uid": ["u-1"]}}})"));
  ASSERT_TRUE(identity) << identity.error().message();
  EXPECT_EQ(*identity, (PodIdentity{"shop", "demo-search", "demo-search-1", "u-1"}));
}

TEST(ReadTokenReview, RefusesEverythingElse) {
  for (const char* status :
       {R"({})", R"({"authenticated": false})",
        R"({"authenticated": true, "user": {"username": "system:serviceaccount:shop:x"}})",
        R"({"authenticated": true, "audiences": ["https://kubernetes"],
            "user": {"username": "system:serviceaccount:shop:x"}})",
        R"({"authenticated": true, "audiences": ["shopkeeper"], "user": {"username": "admin"}})",
        R"({"authenticated": true, "audiences": ["shopkeeper"],
            "user": {"username": "system:serviceaccount:shop:x"}})"}) {
    const auto identity = readTokenReview(reviewAnswer(status));
    ASSERT_FALSE(identity) << status;
    EXPECT_EQ(identity.error().code(), ErrorCode::Unauthenticated);
  }
}

}  // namespace
}  // namespace shopkeeper::control
