#include "services/dialogue/api/chat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/dialogue/api/search_finder.h"
#include "tests/testing/scripted_http_client.h"

namespace shopkeeper::dialogue {
namespace {

using ::testing::HasSubstr;

TEST(Chat, ReadsAllFields) {
  const auto chat = parseChat(R"({"session":"s-1","message":"hi","lang":"zh","product":"p"})");
  ASSERT_TRUE(chat.has_value());
  EXPECT_EQ(chat->session, "s-1");
  EXPECT_EQ(chat->question.language, Language::Chinese);
  EXPECT_EQ(chat->question.product, "p");
}

TEST(Chat, BadInputIsNamed) {
  const std::string longMessage = R"({"message":")" + std::string(1001, 'a') + "\"}";
  for (const auto& [body, word] : std::vector<std::pair<std::string, std::string>>{
           {"", "JSON object"},
           {"[]", "JSON object"},
           {"{", "JSON object"},
           {"{}", "message"},
           {R"({"message":5})", "text"},
           {R"({"message":"  "})", "empty"},
           {longMessage, "1001 characters"},
           {R"({"message":"a","lang":"fr"})", "lang"},
           {R"({"message":"a","session":"a/b"})", "session"},
           {R"({"message":"a","product":7})", "product"},
           {"{\"message\":\"\xff\"}", "JSON object"}}) {
    const auto chat = parseChat(body);
    ASSERT_FALSE(chat.has_value()) << body;
    EXPECT_EQ(chat.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(chat.error().message(), HasSubstr(word)) << body;
  }
}

TEST(Chat, LengthCountsCharactersNotBytes) {
  std::string han;
  for (int i = 0; i < 1000; ++i) han += "中";
  EXPECT_TRUE(parseChat(R"({"message":")" + han + "\"}").has_value());
}

TEST(Chat, BrokenUtf8FromACatalogueStaysValidJson) {
  Reply reply;
  reply.text = "bad \xff byte";
  EXPECT_TRUE(nlohmann::json::accept(toJson(reply)));
}

}  // namespace
}  // namespace shopkeeper::dialogue
