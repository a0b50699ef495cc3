#include "operator/control/token_reviewer.h"

#include <nlohmann/json.hpp>

#include "operator/specs/contract.h"

namespace shopkeeper::control {
namespace {

using nlohmann::json;

Error refused(const std::string& why) { return Error(ErrorCode::Unauthenticated, why, false); }

std::string firstOf(const json& extra, const char* name) {
  const auto it = extra.find(name);
  if (it == extra.end() || !it->is_array() || it->empty() || !(*it)[0].is_string()) return "";
  return (*it)[0].get<std::string>();
}

}  // namespace

Result<PodIdentity> readTokenReview(const kube::Object& review) {
  const auto status = review.json().value("status", json::object());
  if (!status.is_object() || !status.value("authenticated", false)) {
    return refused("the token is not valid");
  }
  // An API server that does not know audiences answers without any: its word is not enough.
  const auto audiences = status.value("audiences", json::array());
  if (std::find(audiences.begin(), audiences.end(), specs::kTokenAudience) == audiences.end()) {
    return refused("the token is not for audience \"shopkeeper\"");
  }
  const auto user = status.value("user", json::object());
  const auto name = user.value("username", "");
  static const std::string prefix = "system:serviceaccount:";
  const auto colon = name.find(':', prefix.size());
  if (!name.starts_with(prefix) || colon == name.npos) {
    return refused("the token belongs to no ServiceAccount");
  }
  const auto extra = user.value("extra", json::object());
  PodIdentity identity;
  identity.ns = name.substr(prefix.size(), colon - prefix.size());
  identity.serviceAccount = name.substr(colon + 1);
  identity.pod = firstOf(extra, "authentication.kubernetes.io/pod-name");
  identity.podUid = firstOf(extra, "authentication.kubernetes.io/pod-uid");
  if (identity.pod.empty()) return refused("the token is bound to no pod");
  return identity;
}

Result<PodIdentity> KubeTokenReviewer::review(const std::string& token) {
  const kube::Object request(
      json{{"apiVersion", "authentication.k8s.io/v1"},
           {"kind", "TokenReview"},
           {"spec", {{"token", token}, {"audiences", json::array({specs::kTokenAudience})}}}});
  // Shorter than a sidecar waits for its heartbeat.
  kube::Call call;
  call.timeout = std::chrono::milliseconds(3'000);
  const auto answer = client_.create(kube::resources::tokenReviews(), request, call);
  if (!answer) return answer.error().within("reviewing a token");
  return readTokenReview(*answer);
}

}  // namespace shopkeeper::control
