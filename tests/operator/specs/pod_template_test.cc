#include "operator/specs/pod_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "operator/specs/contract.h"
#include "operator/specs/sidecar_config.h"
#include "tests/operator/specs/sample_guides.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

json specOf(const api::ShoppingGuide& guide, Component component) {
  return podTemplate(guide, component, samplePlatform()).at("spec");
}

std::string configHash(const api::ShoppingGuide& guide, Component component) {
  return podTemplate(guide, component, samplePlatform())
      .at("metadata")
      .at("annotations")
      .at(kConfigHashAnnotation);
}

TEST(PodTemplate, MeetsTheRestrictedPodSecurityStandard) {
  for (const auto component : api::kComponents) {
    const auto spec = specOf(fullGuide(), component);
    EXPECT_EQ(spec.at("securityContext").at("seccompProfile").at("type"), "RuntimeDefault");
    EXPECT_EQ(spec.at("automountServiceAccountToken"), false);
    for (const char* list : {"initContainers", "containers"}) {
      for (const auto& container : spec.at(list)) {
        const auto& context = container.at("securityContext");
        EXPECT_EQ(context.at("allowPrivilegeEscalation"), false);
        EXPECT_EQ(context.at("readOnlyRootFilesystem"), true);
        EXPECT_EQ(context.at("runAsNonRoot"), true);
        EXPECT_EQ(context.at("capabilities").at("drop"), json::array({"ALL"}));
        EXPECT_TRUE(container.at("resources").contains("limits"));
      }
    }
    for (const auto& volume : spec.at("volumes")) {
      EXPECT_FALSE(volume.contains("hostPath")) << volume;
    }
  }
}

TEST(PodTemplate, OnlyTheSidecarSeesTheToken) {
  const auto spec = specOf(sampleGuide(), Component::Search);
  const auto mounts = [](const json& container) {
    std::vector<std::string> names;
    for (const auto& mount : container.at("volumeMounts")) names.push_back(mount.at("name"));
    return names;
  };
  EXPECT_THAT(mounts(spec.at("initContainers")[0]), testing::Contains("token"));
  EXPECT_THAT(mounts(spec.at("containers")[0]), testing::Not(testing::Contains("token")));
}

TEST(PodTemplate, SidecarOutlivesTheServiceAndDrainsFirst) {
  const auto spec = specOf(sampleGuide(), Component::Ui);
  EXPECT_EQ(spec.at("initContainers")[0].at("restartPolicy"), "Always");
  const auto& hook = spec.at("containers")[0].at("lifecycle").at("preStop").at("httpGet");
  EXPECT_EQ(hook.at("path"), "/drain");
  EXPECT_EQ(hook.at("port"), kAdminPort);
  EXPECT_EQ(hook.at("httpHeaders")[0].at("value"), drainToken(sampleGuide()));
  EXPECT_GT(spec.at("terminationGracePeriodSeconds").get<int>() * 1'000,
            kDrainSettleMs + kDrainTimeoutMs);
}

TEST(PodTemplate, DrainTokensOfTwoGuidesDiffer) {
  auto other = sampleGuide();
  other.uid = "another";
  EXPECT_NE(drainToken(sampleGuide()), drainToken(other));
  EXPECT_EQ(drainToken(sampleGuide()).size(), 32u);
}

TEST(PodTemplate, ConfigurationRollsItsPodsAndNothingElseDoes) {
  const auto before = sampleGuide();
  auto slower = before;
  slower.spec.traffic.timeoutMs = 7'000;
  EXPECT_NE(configHash(before, Component::Ui), configHash(slower, Component::Ui));
  auto calmer = before;
  calmer.spec.traffic.outlier.serverErrors = 9;
  EXPECT_EQ(configHash(before, Component::Ui), configHash(calmer, Component::Ui))
      << "what directives carry rolls no pod";
  // Knowledge calls nobody: a call's deadline is none of its business.
  EXPECT_EQ(configHash(before, Component::Knowledge), configHash(slower, Component::Knowledge));

  auto rotated = samplePlatform();
  rotated.caBundle += "-----BEGIN CERTIFICATE-----\nnext\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(podTemplate(before, Component::Ui, samplePlatform()),
            podTemplate(before, Component::Ui, rotated));
  auto scaled = before;
  scaled.spec.of(Component::Ui).replicas = 9;
  EXPECT_EQ(podTemplate(before, Component::Ui, samplePlatform()),
            podTemplate(scaled, Component::Ui, samplePlatform()));
}

TEST(PodTemplate, CatalogueReachesOnlyKnowledge) {
  const auto guide = sampleGuide(R"({"version": "1.0.0", "catalog": {"configMap": "products"}})");
  const auto knowledge = specOf(guide, Component::Knowledge);
  EXPECT_THAT(knowledge.at("containers")[0].at("args"),
              testing::Contains("--catalog=/etc/shopkeeper/catalog"));
  EXPECT_THAT(knowledge.at("volumes").dump(), testing::HasSubstr("products"));
  EXPECT_THAT(specOf(guide, Component::Search).dump(),
              testing::Not(testing::HasSubstr("products")));
}

TEST(PodTemplate, MeshCertificatesAreTheSidecarsAlone) {
  const auto guide =
      sampleGuide(R"({"version": "1.0.0", "traffic": {"mtls": {"mode": "Strict"}}})");
  const auto spec = specOf(guide, Component::Search);
  EXPECT_THAT(spec.at("initContainers")[0].at("volumeMounts").dump(),
              testing::HasSubstr("/etc/shopkeeper/mesh"));
  EXPECT_THAT(spec.at("containers")[0].dump(), testing::Not(testing::HasSubstr("mesh")));
  EXPECT_THAT(spec.at("volumes").dump(), testing::HasSubstr("demo-mesh-search"));
  EXPECT_THAT(specOf(sampleGuide(), Component::Search).dump(),
              testing::Not(testing::HasSubstr("mesh")));
  const auto mesh = [&](Component component) {
    return YAML::Load(sidecarYaml(guide, component, samplePlatform()))["mesh"];
  };
  EXPECT_EQ(mesh(Component::Search)["mode"].as<std::string>(), "Strict");
  EXPECT_FALSE(mesh(Component::Search)["ingress"]);
  EXPECT_EQ(mesh(Component::Ui)["mode"].as<std::string>(), "Strict");
  EXPECT_EQ(mesh(Component::Ui)["ingress"].as<std::string>(), "Permissive")
      << "browsers have no certificate";
  EXPECT_FALSE(YAML::Load(sidecarYaml(sampleGuide(), Component::Ui, samplePlatform()))["mesh"]);
}

TEST(SidecarYaml, NamesTheUpstreamsOfTheComponent) {
  const auto config = YAML::Load(sidecarYaml(fullGuide(), Component::Dialogue, samplePlatform()));
  EXPECT_EQ(config["guide"].as<std::string>(), "demo");
  EXPECT_EQ(config["namespace"].as<std::string>(), "shop");
  EXPECT_EQ(config["component"].as<std::string>(), "dialogue");
  EXPECT_EQ(config["version"].as<std::string>(), "2.0.0-rc.1");
  EXPECT_EQ(config["control"]["address"].as<std::string>(),
            "shopkeeper-operator.shopkeeper-system.svc:8443");
  ASSERT_EQ(config["upstreams"].size(), 2u);
  const auto knowledge = config["upstreams"][0];
  EXPECT_EQ(knowledge["name"].as<std::string>(), "knowledge");
  EXPECT_EQ(knowledge["dns"].as<std::string>(), "demo-knowledge.shop.svc.cluster.local");
  EXPECT_EQ(knowledge["port"].as<int>(), 8080);
  EXPECT_EQ(knowledge["timeoutMs"].as<int>(), 750);
  EXPECT_EQ(knowledge["retryBudgetPercent"].as<int>(), 0);
}

TEST(SidecarYaml, CarriesTheProbeOnlyWhereTheGuideSaysSomething) {
  const auto guide = fullGuide();
  const auto probe = YAML::Load(sidecarYaml(guide, Component::Search, samplePlatform()))["probe"];
  EXPECT_EQ(probe["path"].as<std::string>(), "/v1/search?q=tea");
  EXPECT_EQ(probe["expect"].as<std::string>(), guide.spec.of(Component::Search).probe.expect);
  EXPECT_EQ(probe["intervalMs"].as<int>(), 1'000);
  EXPECT_FALSE(YAML::Load(sidecarYaml(guide, Component::Ui, samplePlatform()))["probe"]);
}

TEST(SidecarYaml, StaysTextWhereANameLooksLikeAnotherType) {
  auto guide = sampleGuide();
  guide.ns = "123";
  guide.name = "null";
  const auto config = YAML::Load(sidecarYaml(guide, Component::Ui, samplePlatform()));
  EXPECT_EQ(config["namespace"].as<std::string>(), "123");
  EXPECT_EQ(config["guide"].as<std::string>(), "null");
}

}  // namespace
}  // namespace shopkeeper::specs
