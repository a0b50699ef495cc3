#include "operator/controllers/status_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shopkeeper::controllers {
namespace {

api::GuideStatus with(std::vector<api::Condition> conditions) {
  api::GuideStatus status;
  status.conditions = std::move(conditions);
  return status;
}

api::Condition condition(const char* type, const char* value, const char* reason) {
  return {type, value, reason, "because", 1, ""};
}

TEST(StatusEvents, SayWhatChangedAndNothingElse) {
  const auto starting = with({condition("Ready", "False", "ComponentsNotReady"),
                              condition("Progressing", "True", "RollingOut"),
                              condition("Degraded", "False", "AsExpected")});
  const auto good = with({condition("Ready", "True", "AllComponentsServe"),
                          condition("Progressing", "False", "Complete"),
                          condition("Degraded", "False", "AsExpected")});
  const auto bad = with({condition("Ready", "False", "CatalogMissing"),
                         condition("Progressing", "False", "Complete"),
                         condition("Degraded", "True", "CatalogMissing")});
  const auto reasons = [](const auto& before, const auto& after) {
    std::vector<std::string> out;
    for (const auto& event : eventsOf(before, after)) {
      out.push_back((event.warning ? "!" : "") + event.reason);
    }
    return out;
  };
  EXPECT_THAT(reasons(api::GuideStatus(), starting), testing::ElementsAre("RolloutStarted"));
  EXPECT_THAT(reasons(starting, good), testing::ElementsAre("Ready", "RolloutComplete"));
  EXPECT_THAT(reasons(good, good), testing::IsEmpty());
  EXPECT_THAT(reasons(good, bad), testing::ElementsAre("!NotReady", "!CatalogMissing"));
  EXPECT_THAT(reasons(bad, bad), testing::IsEmpty());
}

TEST(StatusEvents, OfOrders) {
  auto refused = condition("OrdersAccepted", "False", "InvalidOrders");
  auto accepted = condition("OrdersAccepted", "True", "Applied");
  accepted.message = "search pinned";
  const auto none = with({});
  EXPECT_EQ(eventsOf(none, with({refused})),
            (std::vector<StatusEvent>{{true, "InvalidOrders", "because"}}));
  EXPECT_THAT(eventsOf(with({refused}), with({refused})), testing::IsEmpty());
  EXPECT_EQ(eventsOf(with({refused}), with({accepted})),
            (std::vector<StatusEvent>{{false, "OrdersApplied", "search pinned"}}));
  EXPECT_EQ(eventsOf(with({accepted}), none).at(0).reason, "OrdersEnded");
}

}  // namespace
}  // namespace shopkeeper::controllers
