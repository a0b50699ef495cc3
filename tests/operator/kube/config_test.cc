#include "operator/kube/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "common/testing/manual_clock.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() {
    std::string name = (fs::temp_directory_path() / "kubeconfig-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~ConfigTest() override { fs::remove_all(directory_); }

  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return directory_ / name;
  }
  // A kubeconfig with this cluster and user.
  Result<ClusterConfig> load(const std::string& cluster, const std::string& user,
                             const std::string& context = "") {
    const fs::path file = write("config",
                                "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
                                "contexts:\n- name: c\n  context: {cluster: k, user: u}\n"
                                "- name: other\n  context: {cluster: k, user: u, namespace: shop}\n"
                                "clusters:\n- name: k\n  cluster: " +
                                    cluster + "\nusers:\n- name: u\n  user: " + user + "\n");
    return kubeconfig(file, context, clock_);
  }
  std::string problem(const std::string& cluster, const std::string& user) {
    const auto config = load(cluster, user);
    EXPECT_FALSE(config);
    if (config) return {};
    EXPECT_EQ(config.error().code(), ErrorCode::InvalidArgument);
    EXPECT_NE(config.error().message().find((directory_ / "config").string()), std::string::npos);
    return config.error().message();
  }

  fs::path directory_;
  testing::ManualClock clock_;
};

TEST_F(ConfigTest, InlineDataIsDecoded) {
  const auto config = load("{server: 'https://h:6443', certificate-authority-data: Y2E=}",
                           "{client-certificate-data: Y2VydA==, client-key-data: a2V5}");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->server, "https://h:6443");
  EXPECT_EQ(config->tls.ca, "ca");
  EXPECT_EQ(config->tls.certificate, "cert");
  EXPECT_EQ(config->tls.key, "key");
  EXPECT_EQ(config->token, nullptr);
  EXPECT_EQ(config->ns, "default");
}

TEST_F(ConfigTest, FilesAreRelativeToTheKubeconfig) {
  write("ca.crt", "the ca");
  write("token", "  secret\n");
  const auto config =
      load("{server: 'https://h', certificate-authority: ca.crt, tls-server-name: api.internal}",
           "{tokenFile: token}", "other");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->tls.ca, "the ca");
  EXPECT_EQ(config->tls.serverName, "api.internal");
  EXPECT_EQ(*config->token->token(), "secret");
  EXPECT_EQ(config->ns, "shop");
}

TEST_F(ConfigTest, TokenAndSkipVerify) {
  const auto config = load("{server: 'https://h', insecure-skip-tls-verify: true}", "{token: abc}");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_TRUE(config->tls.skipVerify);
  EXPECT_EQ(*config->token->token(), "abc");
}

TEST_F(ConfigTest, ProblemsAreNamedWithTheirRemedy) {
  const std::string good = "{server: 'https://h'}";
  struct Case {
    std::string cluster;
    std::string user;
    const char* says;
  };
  for (const Case& c :
       {Case{"{}", "{}", "no server"},
        Case{good, "{exec: {command: aws, args: [eks]}}", "the program \"aws\" (exec)"},
        Case{good, "{exec: {command: aws}}", "kubectl create token"},
        Case{good, "{auth-provider: {name: gcp}}", "auth-provider"},
        Case{good, "{username: a, password: b}", "password"},
        Case{good, "{client-certificate-data: Y2VydA==}", "both client-certificate and client-key"},
        Case{good, "{client-certificate: missing.crt, client-key: missing.key}", "missing.crt"},
        Case{"{server: 'https://h', certificate-authority-data: '%%%'}", "{}", "not base64"},
        Case{"{server: 'https://h', proxy-url: 'http://p'}", "{}", "proxy-url"},
        Case{"{server: 'https://h', insecure-skip-tls-verify: maybe}", "{}", "true or false"},
        Case{"{server: 'https://h', insecure-skip-tls-verify: true, certificate-authority-data: "
             "Y2E=}",
             "{}", "contradict"},
        Case{"{server: [1]}", "{}", "server must be a text"}}) {
    const std::string message = problem(c.cluster, c.user);
    EXPECT_NE(message.find(c.says), std::string::npos) << message;
  }
}

TEST_F(ConfigTest, FilesThatAreNoKubeconfig) {
  for (const char* text : {"", "[]", "a: [", "current-context: none", "apiVersion: v1",
                           "current-context: c\ncontexts: [{name: c}]",
                           "current-context: c\ncontexts: [3, {name: c, context: {cluster: k}}]"}) {
    const auto config = kubeconfig(write("odd", text), "", clock_);
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().code(), ErrorCode::InvalidArgument) << text;
  }
  EXPECT_FALSE(kubeconfig(directory_ / "absent", "", clock_));
}

TEST_F(ConfigTest, UnknownContextIsNamed) {
  const auto config = load("{server: 'https://h'}", "{}", "nowhere");
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message().find("contexts has no entry named \"nowhere\""),
            std::string::npos);
}

TEST_F(ConfigTest, RotatedTokenIsReadAgain) {
  const fs::path file = write("token", "one");
  const auto source = tokenFile(file, clock_);
  EXPECT_EQ(*source->token(), "one");
  write("token", "two");
  EXPECT_EQ(*source->token(), "one");  // within the minute
  clock_.advance(60s);
  EXPECT_EQ(*source->token(), "two");
  write("token", "three");
  source->refused();
  EXPECT_EQ(*source->token(), "three");
  fs::remove(file);
  clock_.advance(60s);
  EXPECT_EQ(*source->token(), "three");  // better than none
  EXPECT_EQ(tokenFile(file, clock_)->token().error().code(), ErrorCode::Unauthenticated);
}

TEST_F(ConfigTest, PodsUseTheirServiceAccount) {
  write("ca.crt", "ca");
  write("token", "t");
  write("namespace", "shop\n");
  const auto config = inClusterConfig({directory_, "10.96.0.1", "443"}, clock_);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->server, "https://10.96.0.1:443");
  EXPECT_EQ(config->ns, "shop");
  EXPECT_EQ(*config->token->token(), "t");
  const auto ipv6 = inClusterConfig({directory_, "fd00::1", "443"}, clock_);
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(ipv6->server, "https://kubernetes.default.svc:443");
  EXPECT_FALSE(inClusterConfig({directory_, "", ""}, clock_));
  EXPECT_FALSE(inClusterConfig({directory_ / "none", "10.96.0.1", "443"}, clock_));
}

}  // namespace
}  // namespace shopkeeper::kube
