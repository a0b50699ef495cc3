#include "sidecar/proxy/fallback_cache.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::seconds;

constexpr std::size_t kRoom = 16u << 10;

MonotonicTime at(int s) { return MonotonicTime{} + seconds(s); }

KeptAnswer answer(std::string body, int s = 0) {
  return {"HTTP/1.1 200 OK\r\n", std::move(body), at(s)};
}

TEST(FallbackCache, GivesTheLastAnswerWhileItIsYoungEnough) {
  FallbackCache cache;
  cache.put("search /q", answer("old", 0), kRoom);
  cache.put("search /q", answer("new", 1), kRoom);
  ASSERT_NE(cache.get("search /q", at(11), seconds(10)), nullptr);
  EXPECT_EQ(cache.get("search /q", at(11), seconds(10))->body, "new");
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(cache.get("search /other", at(1), seconds(10)), nullptr);
  EXPECT_EQ(cache.get("search /q", at(12), seconds(10)), nullptr);
  EXPECT_EQ(cache.bytes(), 0u) << "what is too old is let go";
}

TEST(FallbackCache, StaysWithinItsBytesAndDropsTheLeastRecentlyUsed) {
  FallbackCache cache;
  for (int i = 0; i < 100; ++i) {
    cache.put("k" + std::to_string(i), answer(std::string(1'000, 'x')), kRoom);
    EXPECT_LE(cache.bytes(), kRoom);
    cache.get("k0", at(0), seconds(1));
  }
  EXPECT_NE(cache.get("k0", at(0), seconds(1)), nullptr) << "used all the time";
  EXPECT_EQ(cache.get("k1", at(0), seconds(1)), nullptr);
  EXPECT_NE(cache.get("k99", at(0), seconds(1)), nullptr);
}

TEST(FallbackCache, OneLargeAnswerDoesNotPushOutAllOthers) {
  FallbackCache cache;
  cache.put("small", answer("x"), kRoom);
  cache.put("large", answer(std::string(kRoom / 8, 'x')), kRoom);
  EXPECT_EQ(cache.get("large", at(0), seconds(1)), nullptr);
  EXPECT_NE(cache.get("small", at(0), seconds(1)), nullptr);
}

TEST(FallbackCache, AnAnswerThatIsGivenSurvivesItsEviction) {
  FallbackCache cache;
  cache.put("a", answer("kept"), kRoom);
  const auto held = cache.get("a", at(0), seconds(1));
  cache.put("a", answer("newer"), kRoom);
  EXPECT_EQ(held->body, "kept");
}

TEST(MayKeep, OnlyWhatIsForEverybody) {
  RequestHead request;
  request.method = "GET";
  ResponseHead good;
  good.status = 200;
  good.fields = {{"Content-Type", "application/json"}, {"Cache-Control", "max-age=5"}};
  EXPECT_TRUE(mayKeep(request, good));
  for (const Field& bad :
       {Field{"Set-Cookie", "a=b"}, Field{"Vary", "Accept"}, Field{"Cache-Control", "no-store"},
        Field{"Cache-Control", "max-age=1, private"}}) {
    ResponseHead answer = good;
    answer.fields.push_back(bad);
    EXPECT_FALSE(mayKeep(request, answer)) << bad.name << ": " << bad.value;
  }
  ResponseHead missing = good;
  missing.status = 404;
  EXPECT_FALSE(mayKeep(request, missing));
  request.fields = {{"Authorization", "x"}};
  EXPECT_FALSE(mayKeep(request, good));
  request.fields.clear();
  request.method = "POST";
  EXPECT_FALSE(mayKeep(request, good));
}

}  // namespace
}  // namespace shopkeeper::sidecar
