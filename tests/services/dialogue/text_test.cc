#include "services/dialogue/domain/text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace shopkeeper::dialogue {
namespace {

bool has(const std::vector<Term>& list, const std::string& text) {
  return std::any_of(list.begin(), list.end(), [&](const Term& term) { return term.text == text; });
}

TEST(Text, NormaliseFoldsWidthCaseAndSpace) {
  EXPECT_EQ(normalise("  ＵＳＢ－Ｃ　 Hello\n World "), "usb-c hello world");
  EXPECT_EQ(normalise(""), "");
}

TEST(Text, BrokenUtf8NeitherCrashesNorLoops) {
  EXPECT_EQ(decodeUtf8("\xff\xfe a").size(), 4u);
  EXPECT_EQ(decodeUtf8("\xe4\xb8").size(), 2u);
  EXPECT_TRUE(words("\xf0\x9f").empty());
}

TEST(Text, Utf8RoundTrip) {
  const std::string text = "aé中🙂";
  EXPECT_EQ(encodeUtf8(decodeUtf8(text)), text);
}

TEST(Text, WordsKeepModelNumbersTogether) {
  const auto list = words("The A7-310 weighs 13.3 kg，多重？what's");
  std::vector<std::string> texts;
  for (const auto& word : list) texts.push_back(word.text);
  EXPECT_EQ(texts,
            (std::vector<std::string>{"the", "a7-310", "weighs", "13.3", "kg", "多重", "whats"}));
}

TEST(Text, StemMeetsFormsOfOneWord) {
  for (const auto& [a, b] : {std::pair{"charging", "charge"},
                             {"charges", "charge"},
                             {"shipped", "shipping"},
                             {"deliveries", "delivery"},
                             {"returned", "returns"},
                             {"batteries", "battery"}}) {
    EXPECT_EQ(stem(a), stem(b)) << a << " and " << b;
  }
}

TEST(Text, StemLeavesShortWordsAndModelNumbers) {
  EXPECT_EQ(stem("bus"), "bus");
  EXPECT_EQ(stem("ring"), "ring");
  EXPECT_EQ(stem("a7-310s"), "a7-310s");
}

TEST(Text, HanRunsGivePairs) {
  const auto list = terms("怎么退货");
  EXPECT_TRUE(has(list, "退货"));
  EXPECT_TRUE(has(list, "怎么退"));
}

TEST(Text, NumberAndUnitMeetInOneTerm) {
  EXPECT_TRUE(has(terms("32 GB"), "32gb"));
  EXPECT_TRUE(has(terms("32GB"), "32gb"));
}

TEST(Text, LanguageByHanCharacters) {
  EXPECT_EQ(detectLanguage("AirBook 14 多重"), Language::Chinese);
  EXPECT_EQ(detectLanguage("how heavy"), Language::English);
}

}  // namespace
}  // namespace shopkeeper::dialogue
