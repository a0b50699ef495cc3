// Where the API server is and who we are: in a pod, or by kubeconfig.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/http/client.h"
#include "common/result.h"

namespace shopkeeper::kube {

// Bearer tokens change while a program runs. Thread-safe.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  virtual Result<std::string> token() = 0;
  // The server refused the last token: read it again at the next call.
  virtual void refused() {}
};

// The same token for ever.
std::shared_ptr<TokenSource> staticToken(std::string token);

// A file that is replaced from time to time (kubelet rotates projected tokens at 80 % of their
// life). Read again when it is older than a minute (client-go's figure) or was refused; where that
// fails, the last good token stays in use.
std::shared_ptr<TokenSource> tokenFile(std::filesystem::path path, const Clock& clock);

struct ClusterConfig {
  std::string server;  // "https://10.96.0.1:443"
  http::ClientTls tls;
  std::shared_ptr<TokenSource> token;  // may be null
  std::string ns = "default";          // the context's or the pod's namespace
  std::string origin;  // for messages: "kubeconfig /root/.kube/config, context kind"
};

// The service account of this pod. IPv6 clusters are reached by name. Unavailable outside a pod.
Result<ClusterConfig> inClusterConfig(const Clock& clock);

// The same with the directory and the environment given, for tests.
struct InClusterPaths {
  std::filesystem::path directory = "/var/run/secrets/kubernetes.io/serviceaccount";
  std::string host;  // KUBERNETES_SERVICE_HOST
  std::string port;  // KUBERNETES_SERVICE_PORT
};
Result<ClusterConfig> inClusterConfig(const InClusterPaths& paths, const Clock& clock);

// `context` empty: the file's current-context. InvalidArgument, with file and field named, for what
// is missing, contradictory or unsupported (exec and auth-provider plugins, proxy-url,
// basic authentication). Relative paths are relative to the kubeconfig file.
Result<ClusterConfig> kubeconfig(const std::filesystem::path& file, const std::string& context,
                                 const Clock& clock);

// kubectl's order: `explicitFile`, $KUBECONFIG (its first existing file), the pod's account,
// ~/.kube/config.
Result<ClusterConfig> defaultConfig(const std::optional<std::filesystem::path>& explicitFile,
                                    const std::string& context, const Clock& clock);

}  // namespace shopkeeper::kube
