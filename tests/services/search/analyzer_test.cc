#include "services/search/analyzer.h"

#include <gmock/gmock.h>

#include "services/search/fold.h"

namespace shopkeeper::search {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> terms(std::string_view text) {
  std::vector<std::string> out;
  for (const Piece& piece : dissect(text)) {
    for (const Term& term : termsOf(piece)) out.push_back(term.text);
  }
  return out;
}

TEST(Analyzer, StemsEnglishAndFoldsLetters) {
  EXPECT_THAT(terms("Headphones HEADPHONE"), ElementsAre("headphon", "headphon"));
  EXPECT_THAT(terms("Café Ｌａｐｔｏｐ"), ElementsAre("cafe", "laptop"));
  EXPECT_THAT(terms("kid's"), ElementsAre("kid"));
}

TEST(Analyzer, ModelNumbersAreFoundInPartsAndAsOne) {
  EXPECT_THAT(terms("A7-310"), ElementsAre("a7", "310", "a7310"));
  EXPECT_THAT(terms("USB-C"), IsSupersetOf({"usb", "c", "usbc"}));
  EXPECT_THAT(terms("4K"), ElementsAre("4k"));
}

TEST(Analyzer, AQuantityHasOneFormHoweverItIsWritten) {
  for (const char* text : {"14 in", "14-inch", "14 inches", "14\"", "14 英寸", "14英寸", "14in"}) {
    EXPECT_THAT(terms(text), Contains("14inch")) << text;
  }
  for (const char* text : {"32 GB", "32GB", "32gb", "32-GB"}) {
    EXPECT_THAT(terms(text), Contains("32gb")) << text;
  }
  EXPECT_THAT(terms("17.3 in"), Contains("17.3inch"));
  EXPECT_THAT(terms("16GB+1TB"), IsSupersetOf({"16gb", "1tb"}));
}

TEST(Analyzer, AUnitBehindANumberDoesNotJoinTheChineseBehindIt) {
  EXPECT_THAT(terms("14英寸笔记本"), IsSupersetOf({"14inch", "笔记", "记本"}));
  EXPECT_THAT(terms("14英寸笔记本"), Not(Contains("寸笔")));
}

TEST(Analyzer, ChineseGivesCharactersAndPairs) {
  EXPECT_THAT(terms("轻薄本"), ElementsAre("轻", "薄", "本", "轻薄", "薄本"));
  EXPECT_THAT(terms("本"), ElementsAre("本"));
}

TEST(Analyzer, OffsetsNameTheBytesOfTheSource) {
  const std::string text = "a 14-inch 轻薄本";
  for (const Piece& piece : dissect(text)) {
    for (const Part& part : piece.parts) {
      ASSERT_LE(part.end, text.size());
      ASSERT_LT(part.begin, part.end);
    }
  }
  const auto pieces = dissect(text);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(text.substr(pieces[1].begin(), pieces[1].end() - pieces[1].begin()), "14-inch");
  EXPECT_EQ(text.substr(pieces[2].begin(), pieces[2].end() - pieces[2].begin()), "轻薄本");
}

TEST(Analyzer, SurvivesAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes += static_cast<char>((i * 7919) >> 3);
  for (std::size_t n = 0; n < bytes.size(); n += 13) dissect(std::string_view(bytes).substr(n));
  EXPECT_TRUE(dissect("").empty());
  EXPECT_TRUE(dissect("!?-- ...").empty());
  EXPECT_TRUE(dissect(std::string(1000, 'x')).empty()) << "longer than any word";
  EXPECT_EQ(dissect(std::string("a\0b", 3)).size(), 2u);
}

TEST(Fold, TellsUtf8FromOtherBytes) {
  EXPECT_TRUE(isUtf8("abc 轻薄 😀"));
  EXPECT_TRUE(isUtf8("轻"));
  EXPECT_FALSE(isUtf8("\xff"));
  EXPECT_FALSE(isUtf8("\xe8\xbd"));          // cut off
  EXPECT_FALSE(isUtf8("\xc0\xaf"));          // overlong
  EXPECT_FALSE(isUtf8("\xed\xa0\x80"));      // surrogate
  EXPECT_FALSE(isUtf8("\xf4\x90\x80\x80"));  // beyond Unicode
  EXPECT_EQ(codePoints("轻薄ab"), 4u);
}

}  // namespace
}  // namespace shopkeeper::search
