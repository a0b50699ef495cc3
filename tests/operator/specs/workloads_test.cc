#include "operator/specs/workloads.h"

#include <gtest/gtest.h>

#include "tests/operator/specs/sample_guides.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

TEST(Workload, RollsWithoutEverHavingFewerPods) {
  const auto spec = workload(fullGuide(), Component::Search, samplePlatform()).at("spec");
  EXPECT_EQ(spec.at("replicas"), 5);
  EXPECT_EQ(spec.at("strategy").at("rollingUpdate"),
            (json{{"maxUnavailable", 0}, {"maxSurge", 1}}));
}

TEST(Workload, KnowledgeKeepsItsVolumeAsTheGuideSays) {
  const auto policy = [](const api::ShoppingGuide& guide) {
    return workload(guide, Component::Knowledge, samplePlatform())
        .at("spec")
        .value("persistentVolumeClaimRetentionPolicy", json());
  };
  EXPECT_EQ(policy(sampleGuide()).at("whenDeleted"), "Retain");
  EXPECT_EQ(policy(fullGuide()).at("whenDeleted"), "Delete");
  const auto spec = workload(fullGuide(), Component::Knowledge, samplePlatform()).at("spec");
  const auto& claim = spec.at("volumeClaimTemplates")[0].at("spec");
  EXPECT_EQ(claim.at("storageClassName"), "fast");
  EXPECT_EQ(claim.at("resources").at("requests").at("storage"), "5Gi");
}

TEST(Workload, EphemeralKnowledgeHasNoClaim) {
  const auto guide = sampleGuide(R"({"version": "1.0.0",
      "components": {"knowledge": {"store": {"sqlite": {"ephemeral": true}}}}})");
  const auto spec = workload(guide, Component::Knowledge, samplePlatform()).at("spec");
  EXPECT_FALSE(spec.contains("volumeClaimTemplates"));
  EXPECT_FALSE(spec.contains("persistentVolumeClaimRetentionPolicy"));
  bool emptyDir = false;
  for (const auto& volume : spec.at("template").at("spec").at("volumes")) {
    emptyDir = emptyDir || (volume.at("name") == "data" && volume.contains("emptyDir"));
  }
  EXPECT_TRUE(emptyDir);
}

TEST(Workload, StandbysAreADeploymentOfTheirOwnAwayFromThePrimaries) {
  const auto guide = sampleGuide(R"({"version": "1.0.0",
      "components": {"search": {"standby": {"replicas": 1}}}})");
  const auto primary = workload(guide, Component::Search, samplePlatform());
  const auto standby = standbyWorkload(guide, Component::Search, samplePlatform());
  EXPECT_EQ(standby.at("metadata").at("name"), "demo-search-standby");
  EXPECT_EQ(standby.at("spec").at("replicas"), 1);
  const auto& matched = standby.at("spec").at("selector").at("matchLabels");
  EXPECT_EQ(matched.at("shopkeeper.dev/tier"), "standby");
  auto pods = standby.at("spec").at("template");
  for (const auto& [name, value] : matched.items()) {
    EXPECT_EQ(pods.at("metadata").at("labels").at(name), value);
  }
  EXPECT_TRUE(pods.at("spec").at("affinity").contains("podAntiAffinity"));
  // Beside that they are the primaries' pods: Services, policies and the budget take them along.
  pods["metadata"]["labels"].erase("shopkeeper.dev/tier");
  pods["spec"].erase("affinity");
  EXPECT_EQ(pods, primary.at("spec").at("template"));
}

TEST(Workload, DisruptionBudgetLetsOnePodMove) {
  for (const auto component : api::kComponents) {
    EXPECT_EQ(podDisruptionBudget(sampleGuide(), component).at("spec").at("maxUnavailable"), 1);
  }
}

}  // namespace
}  // namespace shopkeeper::specs
