// What only the cluster can know is said in a condition.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/control/certificates.h"
#include "operator/control/secret_data.h"
#include "tests/integration/operator/guide_fixture.h"

namespace shopkeeper::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
namespace resources = kube::resources;

class Findings : public GuideTest {
 protected:
  void SetUp() override {
    GuideTest::SetUp();
    if (IsSkipped()) return;
    operator_ = startOperator(OPERATOR_PROGRAM);
  }
  void create(const kube::Resource& resource, json object) {
    object["metadata"]["namespace"] = ns_;
    const auto made = client_->create(resource, kube::Object(std::move(object)));
    ASSERT_TRUE(made) << made.error().message();
  }
  std::unique_ptr<OperatorProcess> operator_;
};

TEST_F(Findings, CatalogueThatDoesNotExist) {
  applyGuide("demo", {{"version", "1.0.0"}, {"catalog", {{"configMap", "products"}}}});
  ASSERT_TRUE(eventually([&] { return condition("Degraded") == "True CatalogMissing"; }));
  EXPECT_EQ(condition("Stalled"), "True CatalogMissing");
  EXPECT_THAT(conditionMessage("Degraded"),
              HasSubstr("spec.catalog.configMap names ConfigMap products"));
  EXPECT_EQ(ownedObjects().size(), 31u) << "the rest is made all the same";
  create(resources::configMaps(),
         {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "products"}}}});
  // Not ours, hence not watched: looked at again every 30 s.
  EXPECT_TRUE(eventually([&] { return condition("Degraded") == "False AsExpected"; }));
}

TEST_F(Findings, MeshCertificatesNeedARightAndThenAreKept) {
  const auto with = [](const char* mode) {
    return json{{"version", "1.0.0"}, {"traffic", {{"mtls", {{"mode", mode}}}}}};
  };
  applyGuide("demo", with("Permissive"));
  ASSERT_TRUE(eventually([&] { return condition("Degraded") == "True MissingPermission"; }));
  EXPECT_THAT(conditionMessage("Degraded"), HasSubstr("mesh.enabled"));
  allowMesh();
  const std::vector<std::string> names = {"ca",        "ui",      "search", "recommendation",
                                          "knowledge", "dialogue"};
  ASSERT_TRUE(eventually([&] {
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return exists(resources::secrets(), "demo-mesh-" + name);
    });
  }));
  EXPECT_TRUE(eventually([&] { return condition("Degraded") == "False AsExpected"; }));
  const auto search = live(resources::secrets(), "demo-mesh-search");
  EXPECT_EQ(search.at("/metadata/ownerReferences/0/name"_json_pointer), "demo");
  const auto data = control::readSecretData(search).value();
  EXPECT_FALSE(data.contains("ca.key")) << "the authority's key is in no pod";
  const control::KeyPair pair{data.at("tls.crt"), data.at("tls.key")};
  EXPECT_TRUE(control::isSignedBy(pair, data.at("ca.crt")));
  EXPECT_THAT(control::readCertificate(pair.certificate).value().uris,
              ::testing::ElementsAre("spiffe://demo." + ns_ + "/search"));
  EXPECT_THAT(live(resources::configMaps(), "demo-ui").at("data").at("sidecar.yaml").dump(),
              HasSubstr("Permissive"));
  // Another mode and another operator keep them as they are.
  applyGuide("demo", with("Strict"));
  EXPECT_EQ(operator_->stop(), 0);
  operator_ = startOperator(OPERATOR_PROGRAM);
  ASSERT_TRUE(eventually([&] {
    return live(resources::configMaps(), "demo-search").dump().find("Strict") != std::string::npos;
  }));
  EXPECT_EQ(live(resources::secrets(), "demo-mesh-search").at("data"), search.at("data"));
}

TEST_F(Findings, ANameThatSomebodyElseHas) {
  create(resources::services(),
         {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", {{"name", "demo-ui"}}},
          {"spec", {{"ports", json::array({{{"port", 80}}})}, {"selector", {{"app", "theirs"}}}}}});
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(eventually([&] { return condition("Degraded") == "True NameTaken"; }));
  EXPECT_THAT(conditionMessage("Degraded"), HasSubstr("Service demo-ui exists already"));
  EXPECT_EQ(live(resources::services(), "demo-ui").at("spec").at("selector"),
            (json{{"app", "theirs"}}));
  EXPECT_EQ(ownedObjects().size(), 30u);
}

TEST_F(Findings, AValueThatTheApiServerRefuses) {
  applyGuide("demo",
             {{"version", "1.0.0"},
              {"components", {{"ui", {{"service", {{"type", "NodePort"}, {"nodePort", 80}}}}}}}});
  ASSERT_TRUE(eventually([&] { return condition("Degraded") == "True RefusedByApiServer"; }));
  EXPECT_THAT(conditionMessage("Degraded"), HasSubstr("nodePort"));
  EXPECT_EQ(ownedObjects().size(), 30u);
  applyGuide("demo", {{"version", "1.0.0"},
                      {"components", {{"ui", {{"service", {{"type", "NodePort"}}}}}}}});
  EXPECT_TRUE(eventually([&] { return condition("Degraded") == "False AsExpected"; }));
}

TEST_F(Findings, WaitsForTheObjectsOfADeletedGuideOfThisName) {
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  const auto uid = guide().at("metadata").at("uid");
  ASSERT_TRUE(client_->remove(world::shoppingGuides(), {ns_, "demo"}));
  ASSERT_TRUE(eventually([&] { return guide().is_null(); }));
  // No garbage collector runs here: the old objects stay.
  applyGuide("demo", {{"version", "2.0.0"}});
  ASSERT_TRUE(eventually([&] { return condition("Degraded") == "True NameTaken"; }));
  EXPECT_EQ(
      live(resources::deployments(), "demo-ui").at("/metadata/ownerReferences/0/uid"_json_pointer),
      uid);
  for (const auto& resource : world::ownedResources()) {
    kube::ListOptions options;
    options.ns = ns_;
    const auto list = kube::listAll(*client_, resource, options);
    ASSERT_TRUE(list);
    for (const auto& object : list->items) {
      const auto owner = object.controller();
      if (owner && owner->uid == uid) {
        ASSERT_TRUE(client_->remove(resource, object.key()));
      }
    }
  }
  EXPECT_TRUE(waitForAllObjects());
  EXPECT_TRUE(eventually([&] { return condition("Degraded") == "False AsExpected"; }));
}

TEST_F(Findings, AVolumeGrowsByItsClaim) {
  const auto withStorage = [](const char* size) {
    return json{{"version", "1.0.0"},
                {"components", {{"knowledge", {{"store", {{"sqlite", {{"storage", size}}}}}}}}}};
  };
  applyGuide("demo", withStorage("1Gi"));
  ASSERT_TRUE(waitForAllObjects());
  // As the StatefulSet controller makes it; a claim grows only once it is bound.
  create(resources::persistentVolumeClaims(),
         {{"apiVersion", "v1"},
          {"kind", "PersistentVolumeClaim"},
          {"metadata",
           {{"name", "data-demo-knowledge-0"},
            {"labels",
             {{"app.kubernetes.io/managed-by", "shopkeeper"},
              {"app.kubernetes.io/instance", "demo"}}}}},
          {"spec",
           {{"accessModes", json::array({"ReadWriteOnce"})},
            {"resources", {{"requests", {{"storage", "1Gi"}}}}}}}});
  applyGuide("demo", withStorage("2Gi"));
  // Unbound: the API server refuses, and that is said.
  ASSERT_TRUE(eventually([&] { return condition("Degraded") == "True VolumeCannotGrow"; }));
  EXPECT_THAT(conditionMessage("Degraded"), HasSubstr("data-demo-knowledge-0 cannot grow to 2Gi"));
  EXPECT_EQ(live(resources::statefulSets(), "demo-knowledge")
                .at("/spec/volumeClaimTemplates/0/spec/resources/requests/storage"_json_pointer),
            "1Gi")
      << "claim templates cannot be changed";
  EXPECT_FALSE(operator_->logHas("updates to statefulset spec"));
}

}  // namespace
}  // namespace shopkeeper::testing
