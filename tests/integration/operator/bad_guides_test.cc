// Wrong guides: each is refused by `kubectl apply` with a sentence that names field and remedy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/integration/operator/guide_fixture.h"

namespace shopkeeper::testing {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> files() {
  const char* root = std::getenv("SHOPKEEPER_SOURCE_DIR");
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::string(root != nullptr ? root : ".") + "/tests/integration/operator/bad_guides")) {
    out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

using BadGuides = GuideTest;

TEST_F(BadGuides, EachIsRefusedWithFieldAndRemedy) {
  const auto all = files();
  EXPECT_GE(all.size(), 25u);
  for (const auto& path : all) {
    SCOPED_TRACE(path);
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    const auto applied = kubectl(kubeconfigPath(), {"apply", "-n", ns_, "-f", "-"}, text.str());
    EXPECT_NE(applied.exitCode, 0);
    int expectations = 0;
    for (std::string line; std::getline(text, line);) {
      static const std::string mark = "# expect: ";
      if (!line.starts_with(mark)) continue;
      EXPECT_THAT(applied.output, HasSubstr(line.substr(mark.size())));
      ++expectations;
    }
    EXPECT_GT(expectations, 0) << "the file says nothing about the sentence";
  }
  kube::ListOptions options;
  options.ns = ns_;
  EXPECT_TRUE(
      testing::must(kube::listAll(*client_, world::shoppingGuides(), options)).items.empty());
}

TEST_F(BadGuides, AVersionAloneIsAccepted) {
  const auto applied = kubectl(kubeconfigPath(), {"apply", "-n", ns_, "-f", "-"}, R"(
apiVersion: shopkeeper.dev/v1alpha1
kind: ShoppingGuide
metadata: {name: demo}
spec: {version: "1.0.0"}
)");
  EXPECT_EQ(applied.exitCode, 0) << applied.output;
}

TEST_F(BadGuides, EveryTrafficFieldIsAccepted) {
  const auto applied = kubectl(kubeconfigPath(), {"apply", "-n", ns_, "-f", "-"},
                               readSource("tests/integration/operator/good_guide.yaml"));
  EXPECT_EQ(applied.exitCode, 0) << applied.output;
}

struct Change {
  const char* before;
  const char* after;
  const char* sentence;  // empty: allowed
};

class BadChanges : public GuideTest {
 protected:
  void check(const Change& change) {
    SCOPED_TRACE(change.after);
    const auto store = [](const char* sqlite) {
      return nlohmann::json{
          {"version", "1.0.0"},
          {"components",
           {{"knowledge", {{"store", {{"sqlite", nlohmann::json::parse(sqlite)}}}}}}}};
    };
    const auto name = "guide-" + std::to_string(++guides_);
    const auto write = [&](const char* sqlite) {
      const nlohmann::json object = {{"apiVersion", "shopkeeper.dev/v1alpha1"},
                                     {"kind", "ShoppingGuide"},
                                     {"metadata", {{"name", name}}},
                                     {"spec", store(sqlite)}};
      return kubectl(kubeconfigPath(), {"apply", "-n", ns_, "-f", "-"}, object.dump());
    };
    const auto before = write(change.before);
    ASSERT_EQ(before.exitCode, 0) << before.output;
    const auto after = write(change.after);
    if (*change.sentence == '\0') {
      EXPECT_EQ(after.exitCode, 0) << after.output;
    } else {
      EXPECT_NE(after.exitCode, 0);
      EXPECT_THAT(after.output, HasSubstr(change.sentence));
    }
  }

 private:
  int guides_ = 0;
};

TEST_F(BadChanges, OfAVolumeThatExists) {
  check({R"({"storage": "2Gi"})", R"({"storage": "1Gi"})", "storage can only grow"});
  check({R"({"storage": "2Gi"})", R"({})", "storage can only grow"});
  check({R"({})", R"({"storage": "512Mi"})", "storage can only grow"});
  check({R"({"storage": "2Gi"})", R"({"storage": "3Gi"})", ""});
  check({R"({})", R"({"storage": "2Gi"})", ""});
  check({R"({"storageClass": "a"})", R"({"storageClass": "b"})", "storageClass cannot be changed"});
  check({R"({"storageClass": "a"})", R"({})", "storageClass cannot be changed"});
  check({R"({})", R"({"ephemeral": true})", "ephemeral cannot be changed"});
  check({R"({"whenDeleted": "Retain"})", R"({"whenDeleted": "Delete"})", ""});
}

}  // namespace
}  // namespace shopkeeper::testing
