#include "services/recommendation/learner.h"

#include <gmock/gmock.h>

#include <fstream>

#include "common/testing/manual_clock.h"
#include "tests/services/eventually.h"
#include "tests/services/fake_knowledge.h"
#include "tests/services/recommendation/shoppers.h"
#include "tests/services/temporary_directory.h"

namespace shopkeeper::recommendation {
namespace {

using shopkeeper::testing::eventually;
using shopkeeper::testing::FakeKnowledge;
using testing::EventType;
using testing::session;
using testing::shop;

class LearnerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Learner> learner() {
    LearnerOptions options;
    options.file = file();
    options.interval = std::chrono::milliseconds(2);
    options.saveEvery = std::chrono::milliseconds(0);
    options.trainingShare = 1e9;  // no pauses: the manual clock would never end them
    auto made = std::make_unique<Learner>(options, *client_, clock_, metrics_);
    made->start();
    return made;
  }
  std::string file() const { return directory_.path() + "/events"; }
  void everybodyBuys(const std::vector<std::string>& products, int users = 8) {
    for (int i = 0; i < users; ++i) {
      knowledge_.addEvents(session(EventType::Purchase, "u-" + std::to_string(i), products));
    }
  }
  static bool together(const Learner& learner, const std::string& a, const std::string& b) {
    const auto model = learner.model();
    if (!model) return false;
    for (const Neighbour& n : model->neighbours[model->numbers.at(a)]) {
      if (n.product == model->numbers.at(b)) return true;
    }
    return false;
  }

  shopkeeper::testing::TemporaryDirectory directory_;
  FakeKnowledge knowledge_;
  std::unique_ptr<http::HttpClient> client_ = knowledge_.client();
  shopkeeper::testing::ManualClock clock_;
  Metrics metrics_;
};

TEST_F(LearnerTest, LearnsFromEventsAsTheyCome) {
  everybodyBuys({"lap-1", "mou-1"});
  const auto l = learner();
  EXPECT_EQ(l->model(), nullptr) << "no catalogue, no model";
  l->setCatalogue(shop());
  ASSERT_TRUE(eventually([&] { return together(*l, "lap-1", "mou-1"); }));
  everybodyBuys({"lap-1", "ket-1"});
  ASSERT_TRUE(eventually([&] { return together(*l, "lap-1", "ket-1"); }));
}

TEST_F(LearnerTest, HasAModelWithoutKnowledgeAndWithoutEvents) {
  knowledge_.setDown(true);
  const auto l = learner();
  l->setCatalogue(shop());
  ASSERT_TRUE(eventually([&] { return l->model() != nullptr; }));
}

TEST_F(LearnerTest, ANewCatalogueGetsItsModel) {
  const auto l = learner();
  l->setCatalogue(shop("v1"));
  ASSERT_TRUE(eventually([&] { return l->model() != nullptr; }));
  l->setCatalogue(shop("v2"));
  ASSERT_TRUE(eventually([&] { return l->model()->catalogue->version == "v2"; }));
}

TEST_F(LearnerTest, ARestartReadsOnWhereItStoppedAndNeedsNoKnowledge) {
  everybodyBuys({"lap-1", "mou-1"});
  {
    const auto l = learner();
    l->setCatalogue(shop());
    ASSERT_TRUE(eventually([&] { return together(*l, "lap-1", "mou-1"); }));
  }
  knowledge_.setDown(true);
  const auto again = learner();
  again->setCatalogue(shop());
  ASSERT_TRUE(eventually([&] { return together(*again, "lap-1", "mou-1"); }));
  const int servedBefore = knowledge_.eventsServed();
  knowledge_.setDown(false);
  everybodyBuys({"lap-1", "ket-1"}, 1);
  ASSERT_TRUE(eventually([&] { return together(*again, "lap-1", "ket-1"); }));
  EXPECT_GT(knowledge_.eventsServed(), servedBefore);
  EXPECT_EQ(again->model()->eventsUsed, 18u) << "nothing counted twice";
}

TEST_F(LearnerTest, ADamagedFileMeansReadingAgain) {
  everybodyBuys({"lap-1", "mou-1"});
  std::ofstream(file()) << "damaged";
  const auto l = learner();
  l->setCatalogue(shop());
  ASSERT_TRUE(eventually([&] { return together(*l, "lap-1", "mou-1"); }));
}

TEST_F(LearnerTest, AKnowledgeWithAnotherHistoryIsReadFromTheStart) {
  everybodyBuys({"lap-1", "mou-1"});
  const auto l = learner();
  l->setCatalogue(shop());
  ASSERT_TRUE(eventually([&] { return together(*l, "lap-1", "mou-1"); }));
  knowledge_.loseEvents("other");
  everybodyBuys({"lap-1", "bag-2"}, 3);  // fewer than before: numbers start again
  ASSERT_TRUE(eventually([&] { return together(*l, "lap-1", "bag-2"); }));
  ASSERT_TRUE(eventually([&] { return !together(*l, "lap-1", "mou-1"); }));
}

TEST_F(LearnerTest, AnEmptiedKnowledgeDoesNotEmptyTheModel) {
  everybodyBuys({"lap-1", "mou-1"});
  const auto l = learner();
  l->setCatalogue(shop());
  ASSERT_TRUE(eventually([&] { return together(*l, "lap-1", "mou-1"); }));
  knowledge_.loseEvents("e");
  // Several looks at the empty store later the model is as it was.
  const auto looks = [this] {
    return metrics_.counter("recommendation_event_store_resets_total", "").Value();
  };
  ASSERT_TRUE(eventually([&] { return looks() >= 3; }));
  EXPECT_TRUE(together(*l, "lap-1", "mou-1"));
}

}  // namespace
}  // namespace shopkeeper::recommendation
