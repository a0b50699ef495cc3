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

}  // namespace
}  // namespace shopkeeper::controllers
