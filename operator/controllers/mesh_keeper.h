// Keeps the certificates of a guide's sidecars in Secrets.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "operator/api/shopping_guide.h"
#include "operator/control/secret_data.h"
#include "operator/controllers/finding.h"
#include "operator/kube/client.h"

namespace shopkeeper::controllers {

// "<guide>-mesh-ca" holds the authority and its key and is mounted nowhere;
// "<guide>-mesh-<component>" holds tls.crt, tls.key and ca.crt (all authorities to trust). They
// belong to the guide and go with it; with mode Off nothing is read or written. Secrets are not
// cached and not watched: they are read by name, at most every five minutes a guide. Thread-safe
// for different guides.
class MeshKeeper {
 public:
  // Both must outlive it; `client` is fenced.
  MeshKeeper(kube::Client& client, const Clock& clock) : client_(client), clock_(clock) {}

  // Errors are those worth repeating; a missing right or a foreign Secret comes back as a finding.
  Result<std::optional<Finding>> keep(const api::ShoppingGuide& guide, const kube::Call& call);

 private:
  Result<std::optional<kube::Object>> read(const api::ShoppingGuide& guide, const std::string& name,
                                           const kube::Call& call);
  Status write(const api::ShoppingGuide& guide, const std::string& name,
               const std::optional<kube::Object>& old, const control::SecretData& data,
               const kube::Call& call);
  Status keepAll(const api::ShoppingGuide& guide, const kube::Call& call);

  kube::Client& client_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, MonotonicTime> checked_;  // by the guide's uid; bounded
};

}  // namespace shopkeeper::controllers
