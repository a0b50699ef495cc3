#include <gtest/gtest.h>

#include "services/dialogue/domain/answer_matcher.h"
#include "tests/services/dialogue/shop.h"

namespace shopkeeper::dialogue {
namespace {

using testing::lists;

std::vector<Topic> topics() {
  return {{{"How long does delivery take?", "多久能送到？"}, {"Two days in large cities."}},
          {{"Can I return a product?", "可以退货吗？"}, {"Within thirty days."}},
          {{"How long is the warranty?", "保修多久？"}, {"One year."}}};
}

TEST(AnswerMatcher, ExactQuestionIsCertain) {
  const AnswerMatcher matcher(topics(), &lists()->concepts);
  const auto all = topics();
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    for (const auto& phrasing : all[i].phrasings) {
      const auto matches = matcher.match(phrasing, 3);
      ASSERT_FALSE(matches.empty());
      EXPECT_EQ(matches.front().topic, i) << phrasing;
      EXPECT_GT(AnswerMatcher::confidence(matches), 0.8) << phrasing;
    }
  }
}

TEST(AnswerMatcher, ParaphraseByConcept) {
  const AnswerMatcher matcher(topics(), &lists()->concepts);
  EXPECT_EQ(matcher.match("guarantee period?", 1).front().topic, 2u);
  EXPECT_EQ(matcher.match("我想把东西退回去", 1).front().topic, 1u);
}

TEST(AnswerMatcher, ForeignQuestionIsNotConfident) {
  const AnswerMatcher matcher(topics(), &lists()->concepts);
  for (const char* message :
       {"Who won the football cup?", "明年房价会涨吗？", "zzz qqq", "?!", ""}) {
    EXPECT_LT(AnswerMatcher::confidence(matcher.match(message, 3)), 0.3) << message;
  }
}

TEST(AnswerMatcher, UnknownWordsLowerTheConfidence) {
  const AnswerMatcher matcher(topics(), &lists()->concepts);
  const double plain = AnswerMatcher::confidence(matcher.match("How long does delivery take?", 3));
  const double odd = AnswerMatcher::confidence(
      matcher.match("How long does delivery of elephants by zeppelin take?", 3));
  EXPECT_LT(odd, plain);
}

TEST(AnswerMatcher, EmptyCatalogueMatchesNothing) {
  const AnswerMatcher matcher({}, nullptr);
  EXPECT_TRUE(matcher.match("hello", 3).empty());
}

TEST(SparseIndex, SelfSimilarityIsOne) {
  SparseIndex index;
  index.add(terms("red fox"));
  index.add(terms("blue whale"));
  index.build();
  const auto hits = index.query(terms("red fox"), 5);
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].document, 0u);
  EXPECT_NEAR(hits[0].score, 1.0, 1e-6);
}

}  // namespace
}  // namespace shopkeeper::dialogue
