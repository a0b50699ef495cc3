#include <openssl/evp.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <sstream>

#include "operator/kube/config.h"

namespace shopkeeper::kube {
namespace {

namespace fs = std::filesystem;

// A problem with the file, thrown inside and returned at the border.
struct Invalid {
  std::string message;
};

std::string scalar(const YAML::Node& node, const char* name) {
  const YAML::Node value = node[name];
  if (!value || value.IsNull()) return {};
  if (!value.IsScalar()) throw Invalid{std::string(name) + " must be a text"};
  return value.as<std::string>();
}

// The entry with that name of a list such as clusters, and its body.
YAML::Node named(const YAML::Node& root, const char* list, const char* body,
                 const std::string& name) {
  const YAML::Node entries = root[list];
  if (entries && entries.IsSequence()) {
    for (const YAML::Node& entry : entries) {
      if (!entry.IsMap() || scalar(entry, "name") != name) continue;
      const YAML::Node found = entry[body];
      // `user: {}` is allowed, and left out by some tools.
      return found && found.IsMap() ? found : YAML::Node(YAML::NodeType::Map);
    }
  }
  throw Invalid{std::string(list) + " has no entry named \"" + name + "\""};
}

std::string fromBase64(std::string text, const char* field) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  std::string out(text.size() / 4 * 3 + 3, '\0');
  const int size = text.size() % 4 != 0
                       ? -1
                       : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                         reinterpret_cast<const unsigned char*>(text.data()),
                                         static_cast<int>(text.size()));
  if (size < 0) throw Invalid{std::string(field) + " is not base64"};
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

fs::path resolve(const fs::path& file, const std::string& path) {
  return fs::path(path).is_absolute() ? fs::path(path) : file.parent_path() / path;
}

// FIELD-data inline, or FIELD as a path; inline wins, as in kubectl.
std::string material(const fs::path& file, const YAML::Node& node, const std::string& field) {
  const std::string inlineField = field + "-data";
  if (std::string data = scalar(node, inlineField.c_str()); !data.empty()) {
    return fromBase64(std::move(data), inlineField.c_str());
  }
  const std::string path = scalar(node, field.c_str());
  if (path.empty()) return {};
  std::ifstream in(resolve(file, path), std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    throw Invalid{field + ": cannot read " + resolve(file, path).string()};
  }
  return std::move(text).str();
}

void readCluster(const fs::path& file, const YAML::Node& cluster, ClusterConfig& config) {
  config.server = scalar(cluster, "server");
  if (config.server.empty()) throw Invalid{"the cluster has no server"};
  if (!scalar(cluster, "proxy-url").empty()) {
    throw Invalid{"proxy-url is not supported; use a server address that can be reached directly"};
  }
  config.tls.ca = material(file, cluster, "certificate-authority");
  config.tls.serverName = scalar(cluster, "tls-server-name");
  const std::string skip = scalar(cluster, "insecure-skip-tls-verify");
  if (!skip.empty() && skip != "true" && skip != "false") {
    throw Invalid{"insecure-skip-tls-verify must be true or false, not \"" + skip + "\""};
  }
  config.tls.skipVerify = skip == "true";
  if (config.tls.skipVerify && !config.tls.ca.empty()) {
    throw Invalid{
        "insecure-skip-tls-verify and certificate-authority contradict each other; "
        "remove one"};
  }
}

void refusePlugins(const std::string& user, const YAML::Node& node) {
  const char* remedy =
      "; use a client certificate or a service account's token (kubectl create token NAME "
      "--duration=24h) as user.token, or run in the cluster";
  if (const YAML::Node exec = node["exec"]; exec && exec.IsMap()) {
    throw Invalid{"user \"" + user + "\" gets its credentials from the program \"" +
                  scalar(exec, "command") + "\" (exec), which is not supported" + remedy};
  }
  if (node["auth-provider"]) {
    throw Invalid{"user \"" + user + "\" has an auth-provider, which is not supported" + remedy};
  }
  if (node["username"] || node["password"]) {
    throw Invalid{"user \"" + user +
                  "\" has a username and password, which Kubernetes no longer "
                  "accepts" +
                  remedy};
  }
}

void readUser(const fs::path& file, const std::string& name, const YAML::Node& user,
              const Clock& clock, ClusterConfig& config) {
  refusePlugins(name, user);
  config.tls.certificate = material(file, user, "client-certificate");
  config.tls.key = material(file, user, "client-key");
  if (config.tls.certificate.empty() != config.tls.key.empty()) {
    throw Invalid{"user \"" + name +
                  "\" must have both client-certificate and client-key, or none"};
  }
  // As in client-go, a token file wins over a token.
  if (const std::string path = scalar(user, "tokenFile"); !path.empty()) {
    config.token = tokenFile(resolve(file, path), clock);
  } else if (std::string token = scalar(user, "token"); !token.empty()) {
    config.token = staticToken(std::move(token));
  }
}

ClusterConfig parse(const fs::path& file, const std::string& wanted, const Clock& clock) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Invalid{"cannot be read"};
  const YAML::Node root = YAML::Load(in);
  if (!root.IsMap()) throw Invalid{"is not a kubeconfig (a YAML map is expected)"};
  const std::string context = wanted.empty() ? scalar(root, "current-context") : wanted;
  if (context.empty()) {
    throw Invalid{"has no current-context; set one with kubectl config use-context"};
  }
  const YAML::Node chosen = named(root, "contexts", "context", context);
  const std::string cluster = scalar(chosen, "cluster");
  const std::string user = scalar(chosen, "user");
  if (cluster.empty()) throw Invalid{"context \"" + context + "\" names no cluster"};
  ClusterConfig config;
  config.origin = "kubeconfig " + file.string() + ", context " + context;
  if (std::string ns = scalar(chosen, "namespace"); !ns.empty()) config.ns = std::move(ns);
  readCluster(file, named(root, "clusters", "cluster", cluster), config);
  if (!user.empty()) readUser(file, user, named(root, "users", "user", user), clock, config);
  return config;
}

}  // namespace

Result<ClusterConfig> kubeconfig(const fs::path& file, const std::string& context,
                                 const Clock& clock) {
  const auto invalid = [&](const std::string& why) {
    return Error(ErrorCode::InvalidArgument, "kubeconfig " + file.string() + ": " + why);
  };
  try {
    return parse(file, context, clock);
  } catch (const Invalid& problem) {
    return invalid(problem.message);
  } catch (const YAML::Exception& problem) {
    return invalid(problem.what());
  }
}

}  // namespace shopkeeper::kube
