#include "common/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace shopkeeper::log {
namespace {

TEST(Log, IsOneJsonObjectInElasticCommonSchema) {
  const std::string line =
      format(Level::Warn, "guide-search", "2026-11-23T18:33:07.000Z", "index is old",
             {{"age_s", 31}, {"index.version", "v7"}, {"ratio", 0.5}, {"stale", true}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["@timestamp"], "2026-11-23T18:33:07.000Z");
  EXPECT_EQ(json["log.level"], "warn");
  EXPECT_EQ(json["message"], "index is old");
  EXPECT_EQ(json["service.name"], "guide-search");
  EXPECT_EQ(json["age_s"], 31);
  EXPECT_EQ(json["index.version"], "v7");
  EXPECT_EQ(json["ratio"], 0.5);
  EXPECT_EQ(json["stale"], true);
}

TEST(Log, BytesThatAreNotUtf8DoNotCostTheLine) {
  const auto json = nlohmann::json::parse(
      format(Level::Info, "s", "t", "got", {{"query", std::string("\xff\xfe ok\n\"")}}));
  EXPECT_NE(json["query"].get<std::string>().find(" ok\n\""), std::string::npos);
}

TEST(Log, LevelsHaveNames) {
  ASSERT_TRUE(parseLevel("debug"));
  EXPECT_EQ(*parseLevel("warn"), Level::Warn);
  const auto wrong = parseLevel("loud");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message(), "log level \"loud\" is not one of debug, info, warn, error");
}

}  // namespace
}  // namespace shopkeeper::log
