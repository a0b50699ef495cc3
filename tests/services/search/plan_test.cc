#include "services/search/plan.h"

#include <gmock/gmock.h>

#include <set>

namespace shopkeeper::search {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

class FakeVocabulary final : public Vocabulary {
 public:
  explicit FakeVocabulary(std::set<std::string> terms) : terms_(std::move(terms)) {}
  bool knows(const std::string& term) const override { return terms_.contains(term); }

 private:
  std::set<std::string> terms_;
};

class PlanTest : public ::testing::Test {
 protected:
  Plan plan(std::string_view query) {
    return Planner(vocabulary_, synonyms_, categories_, 0.8).plan(query);
  }
  FakeVocabulary vocabulary_{{"headset", "head", "set", "laptop", "notebook", "power", "bank",
                              "usbc", "usb", "c", "iphon", "11", "mous", "game"}};
  Synonyms synonyms_ = Synonyms::parse(
                           "laptop, notebook, 笔记本电脑\n"
                           "power bank, 充电宝\n")
                           .value();
  CategoryNames categories_{{"鼠标", {0}}, {"mous", {0}}, {"laptop", {1}}, {"coffe machin", {2}}};
};

TEST_F(PlanTest, JoinsWordsThatProductsWriteAsOne) {
  const Plan p = plan("head set");
  ASSERT_EQ(p.units.size(), 1u);
  EXPECT_THAT(p.units[0].alternatives,
              ElementsAre(Alternative{{"head", "set"}, 1}, Alternative{{"headset"}, 1}));
}

TEST_F(PlanTest, SplitsAWordThatNobodyKnows) {
  EXPECT_THAT(plan("iphone11").units[0].alternatives, Contains(Alternative{{"iphon", "11"}, 0.9}));
  EXPECT_THAT(plan("gamemouse").units[0].alternatives,
              Contains(Alternative{{"game", "mous"}, 0.9}));
  EXPECT_TRUE(plan("xyzzyq").units[0].unknown);
}

TEST_F(PlanTest, AddsSynonymsThatTheIndexKnows) {
  EXPECT_THAT(plan("Laptops").units[0].alternatives,
              ElementsAre(Alternative{{"laptop"}, 1}, Alternative{{"notebook"}, 0.8}));
  EXPECT_EQ(plan("power banks").units.size(), 1u) << "a phrase with a group is one unit";
}

TEST_F(PlanTest, CutsAChineseRunAtWordsItKnows) {
  const Plan p = plan("静音鼠标和充电宝");
  ASSERT_EQ(p.units.size(), 4u);  // 静音 | 鼠标 | 和 | 充电宝
  EXPECT_THAT(p.units[0].alternatives, ElementsAre(Alternative{{"静音"}, 1}));
  EXPECT_TRUE(p.units[0].gram);
  EXPECT_THAT(p.units[1].alternatives, ElementsAre(Alternative{{"鼠标"}, 1}));
  EXPECT_TRUE(p.units[2].optional) << "a lone character between words";
  EXPECT_THAT(p.units[3].alternatives, Contains(Alternative{{"power", "bank"}, 0.8}));
}

TEST_F(PlanTest, KnowsWhichCategoryIsMeant) {
  using ::testing::ElementsAre;
  EXPECT_THAT(plan("mouse for my laptop").categories, ElementsAre(0)) << "the first";
  EXPECT_THAT(plan("laptop mouse").categories, ElementsAre(0)) << "of names in a row the last";
  EXPECT_THAT(plan("cheap notebook").categories, ElementsAre(1)) << "by a synonym";
  EXPECT_THAT(plan("笔记本电脑鼠标").categories, ElementsAre(0));
  EXPECT_THAT(plan("small coffee machines").categories, ElementsAre(2)) << "of two words";
  EXPECT_THAT(plan("something else").categories, ::testing::IsEmpty());
}

TEST_F(PlanTest, StopWordsAreNotAskedForUnlessThereIsNothingElse) {
  EXPECT_EQ(plan("a laptop for me").required(), 1u);
  EXPECT_EQ(plan("the").required(), 1u);
}

TEST_F(PlanTest, IsBounded) {
  std::string query;
  for (int i = 0; i < 120; ++i) query += "w" + std::to_string(i) + " ";
  EXPECT_LE(plan(query).units.size(), kMostUnits);
  std::string run;
  for (int i = 0; i < 200; ++i) run += "静音";
  EXPECT_LE(plan(run).units.size(), kMostUnits);
  EXPECT_TRUE(plan("!!!").empty());
}

TEST(SynonymsTest, TheBuiltInFileParses) {
  const Synonyms& all = Synonyms::builtin();
  ASSERT_NE(all.find("laptop"), nullptr);
  EXPECT_THAT(*all.find("laptop"), Contains("notebook"));
  ASSERT_NE(all.find("充电宝"), nullptr);
  EXPECT_THAT(*all.find("充电宝"), Contains("power bank"));
}

TEST(SynonymsTest, NamesTheLineThatIsWrong) {
  const auto bad = Synonyms::parse("# fine\na, b\nlonely\n");
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message(), ::testing::HasSubstr("line 3"));
}

}  // namespace
}  // namespace shopkeeper::search
