#include "sidecar/proxy/answer_capture.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

TEST(AnswerCapture, KeepsNothingUnlessWished) {
  AnswerCapture capture;
  capture.add({"abc"});
  EXPECT_FALSE(capture.whole());
  EXPECT_EQ(capture.bytes(), "");
}

TEST(AnswerCapture, KeepsWhatFitsTheLargestWish) {
  AnswerCapture capture;
  capture.wish(6);
  capture.wish(3);
  capture.add({"abc", "de"});
  capture.add({"f"});
  EXPECT_TRUE(capture.whole());
  EXPECT_EQ(capture.bytes(), "abcdef");
  EXPECT_EQ(capture.take(), "abcdef");
}

TEST(AnswerCapture, GivesUpForGoodOnWhatIsLonger) {
  AnswerCapture capture;
  capture.wish(3);
  capture.add({"abc", "d"});
  EXPECT_FALSE(capture.whole());
  capture.add({"e"});
  EXPECT_FALSE(capture.whole());
  EXPECT_EQ(capture.bytes(), "") << "the memory is given back";
}

}  // namespace
}  // namespace shopkeeper::sidecar
