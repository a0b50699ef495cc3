#include "operator/control/mesh_material.h"

namespace shopkeeper::control {

using namespace std::chrono_literals;

TlsPolicy meshPolicy(const api::ShoppingGuide& guide) {
  TlsPolicy policy;
  policy.authorityName = "shopkeeper mesh " + guide.ns + "/" + guide.name;
  // A common name holds 64 characters; the date is added to it.
  policy.authorityName = policy.authorityName.substr(0, 53);
  policy.authorityLife = 24h * 365;
  policy.authorityLeft = 1.0 / 3;
  policy.servingLife = 24h * 7;
  policy.servingLeft = 0.5;
  return policy;
}

std::string meshIdentity(const api::ShoppingGuide& guide, api::Component component) {
  return "spiffe://" + guide.name + "." + guide.ns + "/" + std::string(toString(component));
}

Result<KeyPair> renewPeer(const std::optional<KeyPair>& current, const KeyPair& authority,
                          const std::string& identity, const TlsPolicy& policy, WallTime now) {
  if (current) {
    const auto info = readCertificate(current->certificate);
    if (info && info->uris == std::vector<std::string>{identity} &&
        lifeLeft(current->certificate, now) > policy.servingLeft &&
        isSignedBy(*current, authority.certificate)) {
      return *current;
    }
  }
  return makePeer(authority, identity, validityOf(now, policy.servingLife, policy));
}

}  // namespace shopkeeper::control
