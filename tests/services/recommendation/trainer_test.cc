#include "services/recommendation/trainer.h"

#include <gmock/gmock.h>

#include "tests/services/recommendation/shoppers.h"

namespace shopkeeper::recommendation {
namespace {

using testing::add;
using testing::EventType;
using testing::kNow;
using testing::session;
using testing::shop;

std::string user(int i) { return "u-" + std::to_string(i); }

class TrainerTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Model> trained() const { return train(window_, shop(), kNow); }
  static std::vector<std::string> partners(const Model& model, const std::string& id) {
    std::vector<std::string> out;
    for (const Neighbour& n : model.neighbours[model.numbers.at(id)]) {
      out.push_back(model.catalogue->products[n.product].id + " " +
                    std::string(toString(n.reason)));
    }
    return out;
  }
  static float score(const Model& model, const std::string& from, const std::string& to) {
    for (const Neighbour& n : model.neighbours[model.numbers.at(from)]) {
      if (n.product == model.numbers.at(to)) return n.score;
    }
    return 0;
  }
  EventWindow window_;
};

TEST_F(TrainerTest, FindsWhatIsBoughtTogether) {
  for (int i = 0; i < 10; ++i)
    add(window_, session(EventType::Purchase, user(i), {"lap-2", "mou-1"}));
  for (int i = 10; i < 20; ++i) add(window_, session(EventType::View, user(i), {"lap-2", "lap-1"}));
  const auto model = trained();
  EXPECT_THAT(partners(*model, "lap-2"),
              ::testing::ElementsAre("mou-1 bought-together", "lap-1 viewed-together"));
}

TEST_F(TrainerTest, APopularProductDoesNotDominate) {
  // Everybody looks at the kettle; only those who look at lap-1 look at mou-1.
  for (int i = 0; i < 8; ++i) {
    add(window_, session(EventType::View, user(i), {"lap-1", "mou-1", "ket-1"}));
  }
  for (int i = 8; i < 200; ++i) add(window_, session(EventType::View, user(i), {"ket-1", "bag-1"}));
  const auto model = trained();
  EXPECT_GT(score(*model, "lap-1", "mou-1"), 2 * score(*model, "lap-1", "ket-1"));
}

TEST_F(TrainerTest, OneUsersZealProvesLittle) {
  for (int day = 1; day < 80; ++day) {
    add(window_, session(EventType::Purchase, "zealot", {"lap-2", "ket-1"}, day));
  }
  for (int i = 0; i < 12; ++i)
    add(window_, session(EventType::Purchase, user(i), {"lap-2", "mou-2"}));
  const auto model = trained();
  EXPECT_GT(score(*model, "lap-2", "mou-2"), score(*model, "lap-2", "ket-1"));
}

TEST_F(TrainerTest, ACrawlerChangesNeitherPartnersNorPopularity) {
  for (int i = 0; i < 12; ++i) {
    add(window_, session(EventType::View, user(i), {"lap-2", "mou-2"}));
    add(window_, session(EventType::View, user(i), {"bag-1"}, 2));
  }
  const auto before = trained();
  std::vector<catalog::Event> flood;
  for (int n = 0; n < 5000; ++n) {
    flood.push_back(testing::event(EventType::View, "bot", "bot-" + std::to_string(n / 50),
                                   n % 2 == 0 ? "ket-1" : "lap-2"));
  }
  add(window_, flood);
  const auto after = trained();
  EXPECT_GE(after->eventsCapped, 4900u);
  EXPECT_EQ(partners(*after, "lap-2").front(), partners(*before, "lap-2").front());
  EXPECT_EQ(after->byPopularity.front(), before->byPopularity.front());
}

TEST_F(TrainerTest, OldBehaviourCountsLess) {
  for (int i = 0; i < 10; ++i) {
    add(window_, session(EventType::View, user(i), {"lap-2", "bag-1"}, 200));
    add(window_, session(EventType::View, user(100 + i), {"lap-2", "bag-2"}, 2));
  }
  const auto model = trained();
  EXPECT_GT(score(*model, "lap-2", "bag-2"), score(*model, "lap-2", "bag-1"));
  EXPECT_GT(model->popularity[model->numbers.at("bag-2")],
            model->popularity[model->numbers.at("bag-1")]);
}

TEST_F(TrainerTest, WithoutEventsAccessoriesAreAllThereIs) {
  const auto model = trained();
  EXPECT_THAT(partners(*model, "lap-1"), ::testing::ElementsAre("bag-3 related"))
      << "an accessory that is not in the catalogue is left out";
  EXPECT_THAT(partners(*model, "lap-2"), ::testing::IsEmpty());
}

TEST_F(TrainerTest, EventsOfUnknownProductsAreIgnored) {
  add(window_, session(EventType::Purchase, "u", {"lap-2", "withdrawn-1", "mou-1"}));
  const auto model = trained();
  EXPECT_EQ(model->eventsUsed, 2u);
  for (const auto& list : model->neighbours) {
    for (const Neighbour& n : list) EXPECT_LT(n.product, model->catalogue->products.size());
  }
}

TEST_F(TrainerTest, TheSameEventsGiveTheSameModel) {
  std::uint32_t state = 7;
  const auto next = [&state](std::uint32_t n) {
    return (state = state * 1664525u + 1013904223u) >> 16 & 0x7FFF & (n - 1);
  };
  const char* ids[] = {"bag-1", "bag-2", "ket-1", "lap-1", "lap-2", "mou-1", "mou-2", "mou-3"};
  for (int i = 0; i < 500; ++i) {
    add(window_,
        session(next(2) != 0u ? EventType::View : EventType::Cart, user(static_cast<int>(next(64))),
                {ids[next(8)], ids[next(8)]}, static_cast<int>(next(64))));
  }
  const auto a = trained(), b = trained();
  for (std::size_t i = 0; i < a->neighbours.size(); ++i) {
    ASSERT_EQ(a->neighbours[i].size(), b->neighbours[i].size());
    for (std::size_t k = 0; k < a->neighbours[i].size(); ++k) {
      EXPECT_EQ(a->neighbours[i][k].product, b->neighbours[i][k].product);
      EXPECT_EQ(a->neighbours[i][k].score, b->neighbours[i][k].score);
      EXPECT_NE(a->neighbours[i][k].product, i) << "a product is not its own partner";
    }
  }
  EXPECT_EQ(a->byPopularity, b->byPopularity);
}

TEST_F(TrainerTest, SessionsOfTwoUsersWithOneNameStayApart) {
  add(window_, {testing::event(EventType::View, "a", "same", "lap-2"),
                testing::event(EventType::View, "b", "same", "ket-1")});
  EXPECT_EQ(score(*trained(), "lap-2", "ket-1"), 0);
}

}  // namespace
}  // namespace shopkeeper::recommendation
