// The objects of whole guides against files that people have read. After a wanted change run this
// test with SHOPKEEPER_UPDATE_GOLDEN=1 and read the difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "operator/specs/guide_objects.h"
#include "tests/operator/specs/sample_guides.h"

namespace shopkeeper::specs {
namespace {

using nlohmann::json;

std::string goldenPath(const std::string& name) {
  const char* root = std::getenv("SHOPKEEPER_SOURCE_DIR");
  return std::string(root != nullptr ? root : ".") + "/tests/operator/specs/golden/" + name;
}

void compare(const std::vector<json>& objects, const std::string& name) {
  const auto actual = json(objects).dump(2) + "\n";
  if (std::getenv("SHOPKEEPER_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(goldenPath(name)) << actual;
    return;
  }
  std::ifstream file(goldenPath(name));
  ASSERT_TRUE(file) << goldenPath(name);
  std::stringstream text;
  text << file.rdbuf();
  const auto expected = json::parse(text.str());
  ASSERT_EQ(expected.size(), objects.size());
  for (std::size_t i = 0; i < objects.size(); ++i) {
    EXPECT_EQ(objects[i], expected[i]) << json::diff(expected[i], objects[i]).dump(2);
  }
}

TEST(GoldenObjects, OfAMinimalGuide) {
  compare(guideObjects(sampleGuide(), samplePlatform()), "minimal.json");
}

TEST(GoldenObjects, OfAFullGuide) {
  compare(guideObjects(fullGuide(), samplePlatform()), "full.json");
}

TEST(GoldenObjects, AreTheSameEachTime) {
  EXPECT_EQ(guideObjects(fullGuide(), samplePlatform()),
            guideObjects(fullGuide(), samplePlatform()));
}

TEST(GuideObjects, AllAreNamedLabelledAndOwned) {
  const auto guide = sampleGuide();
  std::set<std::string> identities;
  for (const auto& object : guideObjects(guide, samplePlatform())) {
    const auto& metadata = object.at("metadata");
    const auto name = metadata.at("name").get<std::string>();
    EXPECT_TRUE(identities.insert(object.at("kind").get<std::string>() + "/" + name).second)
        << name;
    EXPECT_TRUE(name.starts_with("demo-")) << name;
    EXPECT_EQ(metadata.at("namespace"), "shop");
    EXPECT_EQ(metadata.at("labels").at("app.kubernetes.io/managed-by"), "shopkeeper");
    EXPECT_EQ(metadata.at("labels").at("app.kubernetes.io/instance"), "demo");
    ASSERT_EQ(metadata.at("ownerReferences").size(), 1u);
    EXPECT_EQ(metadata.at("ownerReferences")[0].at("uid"), guide.uid);
    EXPECT_EQ(metadata.at("ownerReferences")[0].at("controller"), true);
  }
  EXPECT_EQ(identities.size(), 31u);
}

TEST(GuideObjects, NamesFitForTheLongestGuideName) {
  auto guide = sampleGuide();
  guide.name = std::string(40, 'a');
  for (const auto& object : guideObjects(guide, samplePlatform())) {
    // What Services and labels carry; a Deployment's pods add 17 characters of the 253 they have.
    EXPECT_LE(object.at("metadata").at("name").get<std::string>().size(), 63u);
  }
}

}  // namespace
}  // namespace shopkeeper::specs
