#include "tests/integration/kube/api_server.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "operator/kube/rest_client.h"

namespace shopkeeper::testing {
namespace {

namespace fs = std::filesystem;

std::string readFile(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::string& reason() {
  static std::string text;
  return text;
}

}  // namespace

const std::string& ApiServer::whyNot() { return reason(); }

ApiServer* ApiServer::instance() {
  static const std::unique_ptr<ApiServer> server = []() -> std::unique_ptr<ApiServer> {
    if (std::getenv("SHOPKEEPER_SOURCE_DIR") == nullptr) {
      reason() = "SHOPKEEPER_SOURCE_DIR does not say where tests/cluster is; run it by ctest";
      return nullptr;
    }
    std::string name = (fs::temp_directory_path() / "shopkeeper-api-XXXXXX").string();
    std::unique_ptr<ApiServer> made(new ApiServer(::mkdtemp(name.data())));
    if (!made->run("api-up")) {
      reason() = "no API server on this machine: " + readFile(made->directory_.string() + ".log");
      return nullptr;
    }
    made->port_ = std::stoi(readFile(made->directory_ / "port"));
    made->endWithThisProcess();
    return made;
  }();
  return server.get();
}

ApiServer::~ApiServer() {
  run("api-down");
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
  fs::remove(directory_.string() + ".log", ignored);
}

bool ApiServer::run(const std::string& command, const std::string& argument) {
  const std::string line = std::string(std::getenv("SHOPKEEPER_SOURCE_DIR")) +
                           "/tests/cluster/cluster " + command + " " + directory_.string() + " " +
                           argument + " >" + directory_.string() + ".log 2>&1 </dev/null";
  return std::system(line.c_str()) == 0;
}

// A test program that crashes or is killed runs no destructor.
void ApiServer::endWithThisProcess() const {
  const std::string cluster =
      std::string(std::getenv("SHOPKEEPER_SOURCE_DIR")) + "/tests/cluster/cluster";
  const std::string line = "setsid sh -c 'while kill -0 " + std::to_string(::getpid()) +
                           "; do sleep 1; done; " + cluster + " api-down " + directory_.string() +
                           "; rm -f " + directory_.string() + ".log' >/dev/null 2>&1 </dev/null &";
  static_cast<void>(std::system(line.c_str()) == 0);
}

kube::ClusterConfig ApiServer::config(int port) const {
  auto config = kube::kubeconfig(kubeconfig(), "", systemClock());
  EXPECT_TRUE(config) << config.error().message();
  if (port != 0) config->server = "https://127.0.0.1:" + std::to_string(port);
  return *std::move(config);
}

std::unique_ptr<kube::Client> ApiServer::client(Metrics* metrics, int port) const {
  auto client = kube::connect(config(port), metrics);
  EXPECT_TRUE(client) << client.error().message();
  return *std::move(client);
}

std::string ApiServer::adminToken() const {
  std::string token = readFile(directory_ / "token");
  return token.substr(0, token.find_last_not_of('\n') + 1);
}

void ApiServer::kill() { EXPECT_TRUE(run("api-stop", "KILL")); }
void ApiServer::start() { EXPECT_TRUE(run("api-start")) << readFile(directory_.string() + ".log"); }
void ApiServer::compact() { EXPECT_TRUE(run("api-compact")); }

std::string ApiServer::makeNamespace(kube::Client& client) {
  const std::string name = "test-" + std::to_string(++namespaces_);
  const nlohmann::json body = {
      {"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}};
  const auto made = client.create(kube::resources::namespaces(), kube::Object(body));
  EXPECT_TRUE(made) << made.error().message();
  return name;
}

void ApiServerTest::SetUp() {
  server_ = ApiServer::instance();
  if (server_ == nullptr) GTEST_SKIP() << ApiServer::whyNot();
  client_ = server_->client(&metrics_);
  ns_ = server_->makeNamespace(*client_);
}

bool eventually(const std::function<bool()>& holds, std::chrono::seconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace shopkeeper::testing
