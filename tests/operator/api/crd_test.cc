// The CRD and the code must say the same.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "operator/api/crd_docs.h"
#include "operator/api/parse.h"

namespace shopkeeper::api {
namespace {

using nlohmann::json;

std::string readSource(const std::string& path) {
  const char* root = std::getenv("SHOPKEEPER_SOURCE_DIR");
  std::ifstream file(std::string(root != nullptr ? root : ".") + "/" + path);
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr const char* kCrd = "crds/shopkeeper.dev_shoppingguides.yaml";

json toJson(const YAML::Node& node) {
  if (node.IsMap()) {
    json out = json::object();
    for (const auto& entry : node) out[entry.first.Scalar()] = toJson(entry.second);
    return out;
  }
  if (node.IsSequence()) {
    json out = json::array();
    for (const auto& entry : node) out.push_back(toJson(entry));
    return out;
  }
  const auto parsed = json::parse(node.Scalar(), nullptr, false);
  return node.Tag() == "!" || parsed.is_discarded() ? json(node.Scalar()) : parsed;
}

// As the API server fills in defaults: where a field is absent and its parent is there.
void applyDefaults(const json& schema, json& value) {
  if (!value.is_object() || !schema.contains("properties")) return;
  for (const auto& [name, field] : schema["properties"].items()) {
    if (!value.contains(name) && field.contains("default")) value[name] = field["default"];
    if (value.contains(name)) applyDefaults(field, value[name]);
  }
}

TEST(Crd, DefaultsAreThoseOfTheCode) {
  const auto crd = toJson(YAML::Load(readSource(kCrd)));
  const auto& schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
  const json minimal = {{"metadata", {{"name", "demo"}}}, {"spec", {{"version", "1.0.0"}}}};
  auto defaulted = minimal;
  applyDefaults(schema, defaulted);
  EXPECT_GT(defaulted["spec"].size(), 4u) << "the schema has no defaults: " << defaulted;
  const auto byServer = parseGuide(defaulted);
  const auto byCode = parseGuide(minimal);
  ASSERT_TRUE(byServer) << byServer.error().message();
  ASSERT_TRUE(byCode) << byCode.error().message();
  EXPECT_EQ(byServer->spec, byCode->spec);
}

TEST(Crd, EveryFieldHasADescription) {
  const auto crd = toJson(YAML::Load(readSource(kCrd)));
  std::vector<std::string> missing;
  const std::function<void(const json&, const std::string&)> visit = [&](const json& schema,
                                                                         const std::string& path) {
    if (!schema.contains("properties")) return;
    for (const auto& [name, field] : schema["properties"].items()) {
      if (!field.contains("description")) missing.push_back(path + "." + name);
      visit(field, path + "." + name);
      if (field.contains("items")) visit(field["items"], path + "." + name + "[]");
    }
  };
  const auto& top = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"];
  visit(top["spec"], "spec");
  visit(top["status"], "status");
  EXPECT_TRUE(missing.empty()) << json(missing).dump();
}

TEST(Crd, ReferencePageIsFresh) {
  const auto page = crdReference(readSource(kCrd));
  ASSERT_TRUE(page) << page.error().message();
  EXPECT_TRUE(*page == readSource("docs/reference/shoppingguide.md"))
      << "docs/reference/shoppingguide.md is older than the CRD: run `ninja crd-docs-update`";
}

TEST(Crd, ReferenceRefusesWhatIsNoCrd) {
  EXPECT_FALSE(crdReference("kind: Pod"));
  EXPECT_FALSE(crdReference("{ : ]"));
}

}  // namespace
}  // namespace shopkeeper::api
