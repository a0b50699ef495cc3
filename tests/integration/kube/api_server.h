// A real kube-apiserver with its etcd, started once per test program by tests/cluster.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "common/metrics.h"
#include "operator/kube/client.h"
#include "operator/kube/config.h"

namespace shopkeeper::testing {

class ApiServer {
 public:
  // Starts it at the first call; it ends with the program. Null where this machine cannot run it:
  // see whyNot().
  static ApiServer* instance();
  static const std::string& whyNot();

  ~ApiServer();

  // The administrator's configuration; through `port` where that is not 0 (a proxy's).
  kube::ClusterConfig config(int port = 0) const;
  std::unique_ptr<kube::Client> client(Metrics* metrics = nullptr, int port = 0) const;
  int port() const { return port_; }
  std::filesystem::path kubeconfig() const { return directory_ / "kubeconfig"; }
  std::string adminToken() const;

  void kill();     // SIGKILL; etcd stays
  void start();    // again, on the same port
  void compact();  // etcd forgets everything before now

  // A namespace of its own for one test.
  std::string makeNamespace(kube::Client& client);

 private:
  explicit ApiServer(std::filesystem::path directory) : directory_(std::move(directory)) {}
  bool run(const std::string& command, const std::string& argument = "");
  void endWithThisProcess() const;

  const std::filesystem::path directory_;
  int port_ = 0;
  int namespaces_ = 0;
};

// Base of all cases: skips them where there is no API server.
class ApiServerTest : public ::testing::Test {
 protected:
  void SetUp() override;

  ApiServer* server_ = nullptr;
  Metrics metrics_;
  std::unique_ptr<kube::Client> client_;
  std::string ns_;
};

// The value of a call that has to succeed; its error fails the test instead of the program.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return *std::move(result);
}

// Polls until it holds; false after a generous deadline.
bool eventually(const std::function<bool()>& holds,
                std::chrono::seconds deadline = std::chrono::seconds(60));

}  // namespace shopkeeper::testing
