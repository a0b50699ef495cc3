#include "services/ui/domain/search_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/ui/domain/fallback_cache.h"

namespace shopkeeper::ui {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

http::Request to(const std::string& target) {
  http::Request request;
  request.target = target;
  return request;
}

TEST(SearchQuery, WritesWhatItRead) {
  const auto query = parseSearch(
      to("/api/search?q=a%20b&brand=X&brand=Y%26Z&min_price=10&sort=price_asc&offset=24&junk=1"),
      "zh");
  ASSERT_TRUE(query.has_value());
  EXPECT_THAT(query->brands, ElementsAre("X", "Y&Z"));
  EXPECT_EQ(
      query->target(),
      "/v1/"
      "search?q=a%20b&lang=zh&brand=X&brand=Y%26Z&min_price=10&sort=price_asc&offset=24&limit=24");
}

TEST(SearchQuery, BadInputIsNamed) {
  for (const auto& [target, word] : std::vector<std::pair<std::string, std::string>>{
           {"/?q=" + std::string(257, 'a'), "257 characters"},
           {"/?lang=fr", "lang"},
           {"/?min_price=-1", "min_price"},
           {"/?max_price=abc", "max_price"},
           {"/?max_price=nan", "max_price"},
           {"/?max_price=inf", "max_price"},
           {"/?sort=up", "sort"},
           {"/?offset=-1", "offset"},
           {"/?offset=99999999999999999999", "offset"},
           {"/?limit=0", "limit"},
           {"/?limit=61", "limit"},
           {"/?limit=1x", "limit"},
           {"/?brand=" + std::string(201, 'a'), "200 bytes"}}) {
    const auto query = parseSearch(to(target), "en");
    ASSERT_FALSE(query.has_value()) << target;
    EXPECT_THAT(query.error().message(), HasSubstr(word));
  }
}

TEST(FallbackCache, IsBoundedAndForgetsTheLeastUsed) {
  FallbackCache cache(100);
  cache.put("a", std::string(20, 'x'));
  cache.put("b", std::string(20, 'x'));
  cache.put("c", std::string(20, 'x'));
  cache.put("d", std::string(20, 'x'));
  EXPECT_TRUE(cache.get("a").has_value());  // used: "b" is now the oldest
  cache.put("e", std::string(20, 'x'));
  EXPECT_FALSE(cache.get("b").has_value());
  EXPECT_TRUE(cache.get("a").has_value());
  EXPECT_LE(cache.bytes(), 100u);
  cache.put("huge", std::string(90, 'x'));
  EXPECT_FALSE(cache.get("huge").has_value());
  EXPECT_TRUE(cache.get("a").has_value());
}

}  // namespace
}  // namespace shopkeeper::ui
