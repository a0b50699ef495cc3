// The operator's authority and serving certificate, and when they are renewed: pure but for the
// keys' randomness.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "operator/control/certificates.h"

namespace shopkeeper::control {

// What the Secret holds.
struct TlsMaterial {
  KeyPair authority;
  std::optional<KeyPair> nextAuthority;  // trusted already, signs nothing yet
  std::string previousAuthority;         // certificate only; trusted until it expires
  KeyPair serving;
  bool operator==(const TlsMaterial&) const = default;

  // What sidecars trust: the authority, the next and the previous one.
  std::string bundle() const;
};

struct TlsPolicy {
  std::vector<std::string> dnsNames;
  Duration authorityLife = std::chrono::hours(24 * 730);
  Duration servingLife = std::chrono::hours(24 * 90);
  // A new authority is trusted this long before it signs: kubelets refresh ConfigMaps within
  // minutes, a node that was cut off for a day still follows.
  Duration overlap = std::chrono::hours(24);
  // Against clocks that are behind ours.
  Duration backdate = std::chrono::minutes(10);
};

// What should be, given what is (nothing: first start; unreadable: anew). Returns `now`'s material
// unchanged where nothing is due. Serving certificates are renewed when a third of their life is
// left, authorities when a quarter is: first the next one is added to the bundle, an overlap later
// it takes over.
Result<TlsMaterial> renew(const std::optional<TlsMaterial>& current, const TlsPolicy& policy,
                          WallTime now);

// To and from the Secret's data (not yet base64). Corrupt where a part is missing.
std::map<std::string, std::string> toSecretData(const TlsMaterial& material);
Result<TlsMaterial> fromSecretData(const std::map<std::string, std::string>& data);

// RFC 4648 with padding, as Secrets carry their data. Corrupt for what is not base64.
std::string base64Encode(const std::string& bytes);
Result<std::string> base64Decode(const std::string& text);

}  // namespace shopkeeper::control
