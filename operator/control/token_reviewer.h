// Whose token is it? Asked of the API server.
#pragma once

#include <string>

#include "common/result.h"
#include "operator/kube/client.h"

namespace shopkeeper::control {

// The pod that a projected ServiceAccount token is bound to.
struct PodIdentity {
  std::string ns;
  std::string serviceAccount;
  std::string pod;
  std::string podUid;
  bool operator==(const PodIdentity&) const = default;
};

// Thread-safe. Unauthenticated: the token is no valid pod token for our audience. Other errors: it
// is not known whether it is.
class TokenReviewer {
 public:
  virtual ~TokenReviewer() = default;
  virtual Result<PodIdentity> review(const std::string& token) = 0;
};

// One TokenReview per call. `client` must outlive it.
class KubeTokenReviewer final : public TokenReviewer {
 public:
  explicit KubeTokenReviewer(kube::Client& client) : client_(client) {}
  Result<PodIdentity> review(const std::string& token) override;

 private:
  kube::Client& client_;
};

// Reads the answer of a TokenReview.
Result<PodIdentity> readTokenReview(const kube::Object& review);

}  // namespace shopkeeper::control
