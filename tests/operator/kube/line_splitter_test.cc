#include "operator/kube/line_splitter.h"

#include <gtest/gtest.h>

#include <vector>

namespace shopkeeper::kube {
namespace {

TEST(LineSplitter, LinesAreTheSameHoweverThePiecesFall) {
  const std::string text = "one\ntwo\r\n\nthree, longer\nrest";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    LineSplitter splitter;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at += size) {
      EXPECT_TRUE(splitter.feed(std::string_view(text).substr(at, size), [&](std::string_view l) {
        lines.emplace_back(l);
        return true;
      }));
    }
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "three, longer"})) << size;
    EXPECT_TRUE(splitter.pending());
  }
}

TEST(LineSplitter, StopsWhenTold) {
  LineSplitter splitter;
  int taken = 0;
  EXPECT_FALSE(splitter.feed("a\nb\nc\n", [&](std::string_view) { return ++taken < 2; }));
  EXPECT_EQ(taken, 2);
}

TEST(LineSplitter, RefusesAnEndlessLine) {
  LineSplitter splitter(10);
  const auto take = [](std::string_view) { return true; };
  EXPECT_TRUE(splitter.feed("12345", take));
  EXPECT_TRUE(splitter.feed("67890", take));
  EXPECT_FALSE(splitter.feed("x", take));
  EXPECT_TRUE(splitter.tooLong());
}

}  // namespace
}  // namespace shopkeeper::kube
