#include "services/search/snippet.h"

#include <gtest/gtest.h>

#include "services/search/fold.h"

namespace shopkeeper::search {
namespace {

TEST(Snippet, MarksWordsByStem) {
  EXPECT_EQ(snippet("Quiet headphones for a train.", {"headphon"}),
            "Quiet <mark>headphones</mark> for a train.");
}

TEST(Snippet, JoinsTheMarksOfNeighbouringPairs) {
  EXPECT_EQ(snippet("出差用的轻薄本，很轻。", {"轻薄", "薄本"}),
            "出差用的<mark>轻薄本</mark>，很轻。");
}

TEST(Snippet, LetsNoMarkupOfTheCatalogueThrough) {
  const std::string out =
      snippet("<script>alert('x')</script> & <mark>laptop</mark> \"q\" \x01\x02", {"laptop"});
  EXPECT_EQ(out,
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &lt;mark&gt;<mark>laptop</mark>"
            "&lt;/mark&gt; &quot;q&quot; ");
}

TEST(Snippet, MarksStayInsideTheWindowAndTheTextStaysUtf8) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "没有关系的句子。filler words here. ";
  text += "最后是耳机。";
  const std::string out = snippet(text, {"耳机"}, 60);
  EXPECT_NE(out.find("<mark>耳机</mark>"), std::string::npos) << out;
  EXPECT_TRUE(out.starts_with("…"));
  EXPECT_TRUE(isUtf8(out));
  EXPECT_LT(codePoints(out), 100u);
}

TEST(Snippet, DropsBrokenBytes) {
  const std::string out = snippet("good \xff\xfe laptop \xe8\xbd", {"laptop"});
  EXPECT_TRUE(isUtf8(out));
  EXPECT_NE(out.find("<mark>laptop</mark>"), std::string::npos);
}

TEST(Snippet, WithoutMatchIsTheBeginning) {
  EXPECT_EQ(snippet("One. Two.", {}), "One. Two.");
  EXPECT_EQ(snippet("", {"x"}), "");
}

// Whatever bytes and widths: balanced marks, nothing unescaped.
TEST(Snippet, IsSafeForAnyInput) {
  std::uint32_t state = 1;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 200; ++i) {
      state = state * 1664525u + 1013904223u;
      constexpr const char* kBits[] = {"<",    ">",    "&",  "laptop", " ",
                                       "轻薄", "\xe8", "\"", "'",      "14 in"};
      text += kBits[state >> 24 & 7];
    }
    std::string out = snippet(text, {"laptop", "轻薄"}, 1 + round % 90);
    int open = 0;
    for (std::size_t at; (at = out.find("<mark>")) != std::string::npos;) {
      const std::size_t close = out.find("</mark>");
      ASSERT_NE(close, std::string::npos);
      ASSERT_GT(close, at);
      out.erase(close, 7);
      out.erase(at, 6);
      ++open;
    }
    EXPECT_EQ(out.find_first_of("<>\"'"), std::string::npos) << out;
    EXPECT_TRUE(isUtf8(out));
  }
}

}  // namespace
}  // namespace shopkeeper::search
