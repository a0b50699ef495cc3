#include "services/recommendation/recommender.h"

#include <gmock/gmock.h>

#include <set>

#include "services/recommendation/trainer.h"
#include "tests/services/recommendation/shoppers.h"

namespace shopkeeper::recommendation {
namespace {

using testing::add;
using testing::EventType;
using testing::kNow;
using testing::session;
using testing::shop;

class RecommenderTest : public ::testing::Test {
 protected:
  RecommenderTest() {
    for (int i = 0; i < 10; ++i) {
      const std::string user = "u-" + std::to_string(i);
      add(window_, session(EventType::Purchase, user, {"lap-2", "mou-1"}));
      add(window_, session(EventType::View, user, {"lap-2", "bag-1"}, 3));
    }
    add(window_, session(EventType::Purchase, "owner", {"lap-2"}));
    add(window_, session(EventType::View, "looker", {"lap-2"}));
  }
  std::vector<Recommendation> ask(const Wanted& wanted) {
    if (!model_) model_ = train(window_, shop(), kNow);
    return recommend(*model_, wanted);
  }
  static std::vector<std::string> ids(const std::vector<Recommendation>& list) {
    std::vector<std::string> out;
    for (const Recommendation& r : list) out.push_back(r.id);
    return out;
  }
  EventWindow window_;
  std::shared_ptr<const Model> model_;
};

TEST_F(RecommenderTest, BesideAProductComplementsComeFirst) {
  const auto list = ask({"lap-2", "", 4});
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list[0].id, "mou-1");
  EXPECT_EQ(list[0].reason, Reason::BoughtTogether);
  EXPECT_EQ(list[1].id, "bag-1");
  EXPECT_EQ(list[2].id, "lap-1") << "then its category";
  EXPECT_EQ(list[2].reason, Reason::SameCategory);
  EXPECT_EQ(list[3].reason, Reason::Popular);
}

TEST_F(RecommenderTest, AColdProductGetsItsCategoryThenWhatIsPopular) {
  const auto list = ask({"mou-3", "", 4});
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list[0].id, "mou-1") << "the popular one of its category";
  EXPECT_EQ(list[0].reason, Reason::SameCategory);
  EXPECT_EQ(list[1].reason, Reason::SameCategory);
  EXPECT_EQ(list[2].reason, Reason::Popular);
}

TEST_F(RecommenderTest, AnAccessorySaysThatItIsOne) {
  const auto list = ask({"lap-1", "", 8});
  EXPECT_EQ(list[0].id, "bag-3");
  EXPECT_EQ(list[0].reason, Reason::Related);
}

TEST_F(RecommenderTest, ForAUserFollowsHisHistoryWithoutWhatHeBought) {
  const auto looker = ask({"", "looker", 8});
  EXPECT_EQ(looker[0].id, "mou-1");
  EXPECT_EQ(looker[0].reason, Reason::ForYou);
  EXPECT_THAT(ids(ask({"", "owner", 8})), ::testing::Not(::testing::Contains("lap-2")));
  EXPECT_EQ(ask({"", "owner", 8})[0].id, "mou-1");
}

TEST_F(RecommenderTest, StrangersAndUnknownProductsGetWhatIsPopular) {
  for (const Wanted& wanted : {Wanted{"", "", 3}, Wanted{"", "nobody", 3}, Wanted{"nothing", "", 3},
                               Wanted{"nothing", "nobody", 3}}) {
    const auto list = ask(wanted);
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(list[0].id, "lap-2");
    for (const Recommendation& r : list) EXPECT_EQ(r.reason, Reason::Popular);
  }
}

TEST_F(RecommenderTest, NeverTheProductItselfNeverTwiceAndScoresFall) {
  for (const catalog::Product& product : shop()->products) {
    for (const char* user : {"", "owner", "looker", "u-3"}) {
      for (unsigned limit : {1u, 3u, 8u, 50u}) {
        const auto list = ask({product.id, user, limit});
        const auto all = ids(list);
        EXPECT_EQ(list.size(), std::min<std::size_t>(limit, shop()->products.size() - 1));
        EXPECT_THAT(all, ::testing::Not(::testing::Contains(product.id)));
        EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
        for (std::size_t i = 1; i < list.size(); ++i) EXPECT_LE(list[i].score, list[i - 1].score);
      }
    }
  }
}

TEST_F(RecommenderTest, AnEmptyCatalogueGivesAnEmptyList) {
  const auto model = train(window_, std::make_shared<catalog::Snapshot>(), kNow);
  EXPECT_TRUE(recommend(*model, {"lap-1", "owner", 8}).empty());
}

TEST_F(RecommenderTest, AWithdrawnProductIsNeverShown) {
  auto smaller = shop();
  std::erase_if(smaller->products, [](const auto& p) { return p.id == "mou-1"; });
  const auto model = train(window_, smaller, kNow);
  EXPECT_THAT(ids(recommend(*model, {"lap-2", "looker", 50})),
              ::testing::Not(::testing::Contains("mou-1")));
}

}  // namespace
}  // namespace shopkeeper::recommendation
