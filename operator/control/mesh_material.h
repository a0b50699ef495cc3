// Certificates between the sidecars of one guide: who they are and when they are renewed.
#pragma once

#include <optional>
#include <string>

#include "operator/api/shopping_guide.h"
#include "operator/control/tls_material.h"

namespace shopkeeper::control {

// Authority: a year, renewed when a third is left. Certificates of components: seven days, renewed
// at half of them. An operator that is away for longer than three days ends mutual TLS.
TlsPolicy meshPolicy(const api::ShoppingGuide& guide);

// "spiffe://demo.shop/search".
std::string meshIdentity(const api::ShoppingGuide& guide, api::Component component);

// The pair that a component should have: `current` unless it is due, of another name or of another
// authority.
Result<KeyPair> renewPeer(const std::optional<KeyPair>& current, const KeyPair& authority,
                          const std::string& identity, const TlsPolicy& policy, WallTime now);

}  // namespace shopkeeper::control
