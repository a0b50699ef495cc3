// A real API server with the CRD, and operators with exactly the rights of operator/rbac.yaml.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "operator/world/world.h"
#include "tests/integration/kube/api_server.h"
#include "tests/integration/operator/kubectl.h"
#include "tests/integration/operator/operator_process.h"

namespace shopkeeper::testing {

// Every test has a namespace for guides (ns_) and one for its operators (system_).
class GuideTest : public ApiServerTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Watches ns_ only, on free ports, as ServiceAccount shopkeeper-operator of `system`.
  std::unique_ptr<OperatorProcess> startOperator(
      const std::string& program, std::vector<std::string> extra = {},
      const OperatorProcess::Environment& environment = {});
  // The same for other namespaces: one guide namespace and one operator namespace per crash.
  std::unique_ptr<OperatorProcess> startOperatorIn(const std::string& system, const std::string& ns,
                                                   const std::string& program,
                                                   std::vector<std::string> extra,
                                                   OperatorProcess::Environment environment);
  // ServiceAccount and bindings in a new namespace.
  std::string makeSystem();
  // The right to Secrets, which guides with mutual TLS need.
  void allowMesh();

  void applyGuide(const std::string& name, const nlohmann::json& spec, const std::string& ns = "");
  nlohmann::json guide(const std::string& name = "demo");
  // "True AllComponentsServe", or "absent".
  std::string condition(const std::string& type, const std::string& name = "demo");
  std::string conditionMessage(const std::string& type, const std::string& name = "demo");

  nlohmann::json live(const kube::Resource& resource, const std::string& name,
                      const std::string& ns = "");
  bool exists(const kube::Resource& resource, const std::string& name);
  // "Deployment demo-ui" and so on: everything in the namespace that carries our label.
  std::vector<std::string> ownedObjects(const std::string& ns = "");
  bool waitForAllObjects(std::size_t count = 31);
  // What kubelets would have reported: all pods there and available.
  void pretendPodsServe();

  // Writes by an operator of this test since `since` (RFC 3339), from the audit log; leases and
  // token reviews aside. "patch deployments demo-ui" each.
  std::vector<std::string> writesSince(const std::string& since);
  static std::string nowText();

  std::string kubeconfigPath() const { return server_->kubeconfig().string(); }

  std::string system_;

 private:
  std::string operatorKubeconfig(const std::string& system);

  std::string directory_;
  int operators_ = 0;
};

}  // namespace shopkeeper::testing
