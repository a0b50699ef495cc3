// Server-side apply: who owns which field.
#include <nlohmann/json.hpp>

#include "tests/integration/kube/api_server.h"
#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using nlohmann::json;
using testing::makeObject;

class ApplyTest : public testing::ApiServerTest {
 protected:
  Result<Object> apply(const std::string& manager, json data, bool force) {
    ApplyOptions options;
    options.fieldManager = manager;
    options.force = force;
    return client_->apply(resources::configMaps(),
                          makeObject(resources::configMaps(), key(), {{"data", std::move(data)}}),
                          options);
  }
  ObjectKey key() const { return {ns_, "m"}; }
};

TEST_F(ApplyTest, CreatesThenWritesNothingWhenNothingDiffers) {
  const auto first = apply("ours", {{"a", "1"}}, true);
  ASSERT_TRUE(first) << first.error().message();
  const auto second = apply("ours", {{"a", "1"}}, true);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->resourceVersion(), first->resourceVersion());
}

TEST_F(ApplyTest, AnothersFieldIsAConflictUnlessForced) {
  ASSERT_TRUE(apply("theirs", {{"a", "1"}, {"b", "1"}}, false));
  const auto refused = apply("ours", {{"a", "2"}}, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::Conflict);
  EXPECT_NE(refused.error().message().find(".data.a"), std::string::npos)
      << refused.error().message();
  const auto forced = apply("ours", {{"a", "2"}}, true);
  ASSERT_TRUE(forced) << forced.error().message();
  EXPECT_EQ(forced->json()["data"], (json{{"a", "2"}, {"b", "1"}}));
  EXPECT_EQ(apply("theirs", {{"a", "3"}, {"b", "1"}}, false).error().code(), ErrorCode::Conflict);
}

TEST_F(ApplyTest, FieldsLeftOutAreGivenUp) {
  ASSERT_TRUE(apply("ours", {{"a", "1"}, {"b", "1"}}, true));
  ASSERT_TRUE(apply("theirs", {{"b", "1"}}, false));  // same value: shared
  const auto less = apply("ours", {{"c", "1"}}, true);
  ASSERT_TRUE(less);
  EXPECT_EQ(less->json()["data"], (json{{"b", "1"}, {"c", "1"}}));  // b is still theirs
}

TEST_F(ApplyTest, StatusIsAppliedApart) {
  const Resource& budgets = resources::podDisruptionBudgets();
  ApplyOptions options;
  options.fieldManager = "ours";
  const json spec = {{"minAvailable", 1}, {"selector", {{"matchLabels", {{"a", "b"}}}}}};
  ASSERT_TRUE(client_->apply(budgets, makeObject(budgets, key(), {{"spec", spec}}), options));
  const json status = {
      {"currentHealthy", 2}, {"desiredHealthy", 1}, {"disruptionsAllowed", 1}, {"expectedPods", 2}};
  const auto applied = client_->apply(budgets, makeObject(budgets, key(), {{"status", status}}),
                                      options, {}, "status");
  ASSERT_TRUE(applied) << applied.error().message();
  EXPECT_EQ(applied->json()["status"]["currentHealthy"], 2);
  EXPECT_EQ(applied->json()["spec"]["minAvailable"], 1);  // left alone
  const auto again = client_->apply(budgets, makeObject(budgets, key(), {{"status", status}}),
                                    options, {}, "status");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->resourceVersion(), applied->resourceVersion());
}

}  // namespace
}  // namespace shopkeeper::kube
