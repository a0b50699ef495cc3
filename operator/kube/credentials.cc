// Tokens, and the account of a pod.
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>

#include "common/log.h"
#include "operator/kube/config.h"

namespace shopkeeper::kube {
namespace {

// client-go reads the file again after this long.
constexpr Duration kTokenLife = std::chrono::minutes(1);

Result<std::string> readFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error(ErrorCode::Unavailable, "cannot read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::string trimmed(std::string text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  text.resize(end == std::string::npos ? 0 : end + 1);
  text.erase(0, text.find_first_not_of(" \t\r\n"));
  return text;
}

class StaticToken final : public TokenSource {
 public:
  explicit StaticToken(std::string token) : token_(std::move(token)) {}
  Result<std::string> token() override { return token_; }

 private:
  const std::string token_;
};

class TokenFile final : public TokenSource {
 public:
  TokenFile(std::filesystem::path path, const Clock& clock)
      : path_(std::move(path)), clock_(clock) {}

  Result<std::string> token() override {
    std::lock_guard lock(mutex_);
    const MonotonicTime now = clock_.now();
    if (!token_.empty() && now - readAt_ < kTokenLife) return token_;
    auto text = readFile(path_);
    std::string fresh = text ? trimmed(*std::move(text)) : std::string();
    if (fresh.empty()) {
      const Error error(ErrorCode::Unauthenticated,
                        "no token in " + path_.string() + (text ? ": it is empty" : ""), true);
      if (token_.empty()) return error;
      log::warn("the token file cannot be read, its last token stays in use", error);
    } else {
      token_ = std::move(fresh);
    }
    readAt_ = now;
    return token_;
  }

  void refused() override {
    std::lock_guard lock(mutex_);
    readAt_ = clock_.now() - kTokenLife;
  }

 private:
  const std::filesystem::path path_;
  const Clock& clock_;
  std::mutex mutex_;
  std::string token_;
  MonotonicTime readAt_{};
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::shared_ptr<TokenSource> staticToken(std::string token) {
  return std::make_shared<StaticToken>(std::move(token));
}

std::shared_ptr<TokenSource> tokenFile(std::filesystem::path path, const Clock& clock) {
  return std::make_shared<TokenFile>(std::move(path), clock);
}

Result<ClusterConfig> inClusterConfig(const Clock& clock) {
  InClusterPaths paths;
  paths.host = environment("KUBERNETES_SERVICE_HOST");
  paths.port = environment("KUBERNETES_SERVICE_PORT");
  return inClusterConfig(paths, clock);
}

Result<ClusterConfig> inClusterConfig(const InClusterPaths& paths, const Clock& clock) {
  if (paths.host.empty() || paths.port.empty()) {
    return Error(ErrorCode::Unavailable,
                 "not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set",
                 false);
  }
  ClusterConfig config;
  // The HTTP client knows no IPv6 literals; the API server's certificate has this name as well.
  const bool ipv6 = paths.host.find(':') != std::string::npos;
  config.server =
      "https://" + (ipv6 ? std::string("kubernetes.default.svc") : paths.host) + ":" + paths.port;
  config.origin = "service account in " + paths.directory.string();
  auto ca = readFile(paths.directory / "ca.crt");
  if (!ca) return ca.error().within(config.origin);
  config.tls.ca = *std::move(ca);
  config.token = tokenFile(paths.directory / "token", clock);
  if (auto token = config.token->token(); !token) return token.error().within(config.origin);
  if (auto ns = readFile(paths.directory / "namespace")) {
    if (std::string name = trimmed(*std::move(ns)); !name.empty()) config.ns = std::move(name);
  }
  return config;
}

Result<ClusterConfig> defaultConfig(const std::optional<std::filesystem::path>& explicitFile,
                                    const std::string& context, const Clock& clock) {
  if (explicitFile) return kubeconfig(*explicitFile, context, clock);
  std::error_code ignored;
  std::istringstream listed(environment("KUBECONFIG"));
  bool named = false;
  for (std::string file; std::getline(listed, file, ':');) {
    named = named || !file.empty();
    if (!file.empty() && std::filesystem::exists(file, ignored)) {
      return kubeconfig(file, context, clock);
    }
  }
  if (named) {
    return Error(ErrorCode::InvalidArgument,
                 "KUBECONFIG names no existing file: " + environment("KUBECONFIG"));
  }
  if (!environment("KUBERNETES_SERVICE_HOST").empty()) return inClusterConfig(clock);
  const std::filesystem::path home = environment("HOME");
  const auto file = home / ".kube" / "config";
  if (!home.empty() && std::filesystem::exists(file, ignored)) {
    return kubeconfig(file, context, clock);
  }
  return Error(ErrorCode::InvalidArgument,
               "no cluster to talk to: give a kubeconfig file, set KUBECONFIG, or run in a pod");
}

}  // namespace shopkeeper::kube
