#include "tests/integration/operator/guide_fixture.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "operator/control/tls_material.h"

namespace shopkeeper::testing {
namespace {

using nlohmann::json;
namespace resources = kube::resources;

const kube::Resource& clusterRoleBindings() {
  static const kube::Resource resource{"rbac.authorization.k8s.io", "v1", "clusterrolebindings",
                                       "ClusterRoleBinding", false};
  return resource;
}
const kube::Resource& roleBindings() {
  static const kube::Resource resource{"rbac.authorization.k8s.io", "v1", "rolebindings",
                                       "RoleBinding", true};
  return resource;
}

json bindingOf(const kube::Resource& resource, const char* roleKind, const std::string& system,
               const std::string& name) {
  json out = {{"apiVersion", "rbac.authorization.k8s.io/v1"},
              {"kind", resource.kind},
              {"metadata", {{"name", name}}},
              {"roleRef",
               {{"apiGroup", "rbac.authorization.k8s.io"},
                {"kind", roleKind},
                {"name", "shopkeeper-operator"}}},
              {"subjects", json::array({{{"kind", "ServiceAccount"},
                                         {"name", "shopkeeper-operator"},
                                         {"namespace", system}}})}};
  if (resource.namespaced) out["metadata"]["namespace"] = system;
  return out;
}

}  // namespace

void GuideTest::SetUp() {
  ApiServerTest::SetUp();
  if (IsSkipped()) return;
  char name[] = "/tmp/shopkeeper-operator-test-XXXXXX";
  directory_ = ::mkdtemp(name);
  static bool installed = false;
  if (!installed) {
    const auto crd = kubectl(kubeconfigPath(), {"apply", "-f", "-"},
                             readSource("crds/shopkeeper.dev_shoppingguides.yaml"));
    ASSERT_EQ(crd.exitCode, 0) << crd.output;
    ASSERT_TRUE(eventually([&] {
      const auto served = kube::isServed(*client_, world::shoppingGuides());
      return served && *served;
    }));
    installed = true;
  }
  system_ = makeSystem();
}

void GuideTest::TearDown() {
  if (directory_.empty()) return;
  if (HasFailure()) {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (entry.path().extension() != ".log") continue;
      std::ifstream file(entry.path());
      std::stringstream text;
      text << file.rdbuf();
      const auto all = text.str();
      GTEST_LOG_(INFO) << entry.path() << "\n"
                       << all.substr(all.size() - std::min<std::size_t>(all.size(), 6000));
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string GuideTest::makeSystem() {
  const auto system = server_->makeNamespace(*client_);
  const auto rights = kubectl(kubeconfigPath(), {"apply", "-n", system, "-f", "-"},
                              readSource("operator/rbac.yaml"));
  EXPECT_EQ(rights.exitCode, 0) << rights.output;
  const auto must = [](const Result<kube::Object>& made) {
    EXPECT_TRUE(made) << made.error().message();
  };
  must(client_->create(
      resources::serviceAccounts(),
      kube::Object(json{{"apiVersion", "v1"},
                        {"kind", "ServiceAccount"},
                        {"metadata", {{"name", "shopkeeper-operator"}, {"namespace", system}}}})));
  must(client_->create(
      clusterRoleBindings(),
      kube::Object(bindingOf(clusterRoleBindings(), "ClusterRole", system, system))));
  must(client_->create(roleBindings(), kube::Object(bindingOf(roleBindings(), "Role", system,
                                                              "shopkeeper-operator"))));
  return system;
}

void GuideTest::allowMesh() {
  auto binding = bindingOf(clusterRoleBindings(), "ClusterRole", system_, system_ + "-mesh");
  binding["roleRef"]["name"] = "shopkeeper-operator-mesh";
  const auto made = client_->create(clusterRoleBindings(), kube::Object(binding));
  ASSERT_TRUE(made) << made.error().message();
}

std::string GuideTest::operatorKubeconfig(const std::string& system) {
  const json request = {{"apiVersion", "authentication.k8s.io/v1"},
                        {"kind", "TokenRequest"},
                        {"metadata", {{"name", "shopkeeper-operator"}, {"namespace", system}}},
                        {"spec", {{"expirationSeconds", 86'400}}}};
  const auto token =
      client_->create(resources::serviceAccounts(), kube::Object(request), {}, "token");
  EXPECT_TRUE(token) << token.error().message();
  const auto config = server_->config();
  const json file = {
      {"apiVersion", "v1"},
      {"kind", "Config"},
      {"current-context", "test"},
      {"clusters",
       json::array({{{"name", "test"},
                     {"cluster",
                      {{"server", config.server},
                       {"certificate-authority-data", control::base64Encode(config.tls.ca)}}}}})},
      {"users", json::array({{{"name", "operator"},
                              {"user", {{"token", token->json().at("status").at("token")}}}}})},
      {"contexts", json::array({{{"name", "test"},
                                 {"context", {{"cluster", "test"}, {"user", "operator"}}}}})}};
  const auto path = directory_ + "/" + system + ".kubeconfig";
  std::ofstream(path) << file.dump();
  return path;
}

std::unique_ptr<OperatorProcess> GuideTest::startOperator(
    const std::string& program, std::vector<std::string> extra,
    const OperatorProcess::Environment& environment) {
  return startOperatorIn(system_, ns_, program, std::move(extra), environment);
}

std::unique_ptr<OperatorProcess> GuideTest::startOperatorIn(
    const std::string& system, const std::string& ns, const std::string& program,
    std::vector<std::string> extra, OperatorProcess::Environment environment) {
  std::vector<std::string> arguments = {"--kubeconfig=" + operatorKubeconfig(system),
                                        "--watch-namespaces=" + ns, "--metrics-listen=127.0.0.1:0",
                                        "--health-listen=127.0.0.1:0",
                                        "--control-listen=127.0.0.1:0"};
  arguments.insert(arguments.end(), extra.begin(), extra.end());
  environment.emplace("POD_NAMESPACE", system);
  const auto number = std::to_string(++operators_);
  environment.emplace("POD_NAME", "operator-" + number);
  return std::make_unique<OperatorProcess>(program, arguments, environment,
                                           directory_ + "/operator-" + number + ".log");
}

void GuideTest::applyGuide(const std::string& name, const json& spec, const std::string& ns) {
  const kube::Object object(
      json{{"apiVersion", "shopkeeper.dev/v1alpha1"},
           {"kind", "ShoppingGuide"},
           {"metadata", {{"name", name}, {"namespace", ns.empty() ? ns_ : ns}}},
           {"spec", spec}});
  const auto applied =
      client_->apply(world::shoppingGuides(), object, {.fieldManager = "test", .force = true});
  ASSERT_TRUE(applied) << applied.error().message();
}

json GuideTest::guide(const std::string& name) { return live(world::shoppingGuides(), name); }

std::string GuideTest::condition(const std::string& type, const std::string& name) {
  const auto conditions = guide(name).value("/status/conditions"_json_pointer, json::array());
  for (const auto& entry : conditions) {
    if (entry.value("type", "") == type) {
      return entry.value("status", "") + " " + entry.value("reason", "");
    }
  }
  return "absent";
}

std::string GuideTest::conditionMessage(const std::string& type, const std::string& name) {
  const auto conditions = guide(name).value("/status/conditions"_json_pointer, json::array());
  for (const auto& entry : conditions) {
    if (entry.value("type", "") == type) return entry.value("message", "");
  }
  return "";
}

json GuideTest::live(const kube::Resource& resource, const std::string& name,
                     const std::string& ns) {
  const auto object = client_->get(resource, {ns.empty() ? ns_ : ns, name});
  return object ? object->json() : json();
}

bool GuideTest::exists(const kube::Resource& resource, const std::string& name) {
  return !live(resource, name).is_null();
}

std::vector<std::string> GuideTest::ownedObjects(const std::string& ns) {
  std::vector<std::string> out;
  for (const auto& resource : world::ownedResources()) {
    kube::ListOptions options;
    options.ns = ns.empty() ? ns_ : ns;
    options.labelSelector = "app.kubernetes.io/managed-by=shopkeeper";
    const auto list = kube::listAll(*client_, resource, options);
    if (!list) continue;
    for (const auto& object : list->items) out.push_back(resource.kind + " " + object.name());
  }
  return out;
}

bool GuideTest::waitForAllObjects(std::size_t count) {
  return eventually([&] { return ownedObjects().size() == count; });
}

void GuideTest::pretendPodsServe() {
  for (const auto* resource : {&resources::deployments(), &resources::statefulSets()}) {
    kube::ListOptions options;
    options.ns = ns_;
    const auto list = kube::listAll(*client_, *resource, options);
    ASSERT_TRUE(list);
    for (const auto& object : list->items) {
      const int pods = object.json().at("spec").at("replicas");
      const json status = {{"status",
                            {{"observedGeneration", object.generation()},
                             {"replicas", pods},
                             {"readyReplicas", pods},
                             {"updatedReplicas", pods},
                             {"availableReplicas", pods}}}};
      const auto patched =
          client_->patch(*resource, object.key(), kube::PatchType::Merge, status, {}, "status");
      ASSERT_TRUE(patched) << patched.error().message();
    }
  }
}

std::string GuideTest::nowText() { return toRfc3339Micros(systemClock().wallNow()); }

std::vector<std::string> GuideTest::writesSince(const std::string& since) {
  std::vector<std::string> out;
  const auto user = "system:serviceaccount:" + system_ + ":shopkeeper-operator";
  std::ifstream file(server_->kubeconfig().parent_path() / "audit.log");
  for (std::string line; std::getline(file, line);) {
    if (line.find(user) == std::string::npos) continue;
    const auto event = json::parse(line, nullptr, false);
    if (event.is_discarded() || event["user"].value("username", "") != user) continue;
    if (event.value("requestReceivedTimestamp", "") < since) continue;
    const auto verb = event.value("verb", "");
    if (verb == "get" || verb == "list" || verb == "watch") continue;
    const auto object = event.value("objectRef", json::object());
    const auto resource = object.value("resource", "");
    if (resource == "leases" || resource == "tokenreviews") continue;
    out.push_back(verb + " " + resource + " " + object.value("name", ""));
  }
  return out;
}

}  // namespace shopkeeper::testing
