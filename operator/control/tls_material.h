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
  std::string authorityName = "shopkeeper-operator";
  // A new one is made when this share of a life is left.
  double authorityLeft = 0.25;
  double servingLeft = 1.0 / 3;
  Duration authorityLife = std::chrono::hours(24 * 730);
  Duration servingLife = std::chrono::hours(24 * 90);
  // A new authority is trusted this long before it signs: kubelets refresh ConfigMaps within
  // minutes, a node that was cut off for a day still follows.
  Duration overlap = std::chrono::hours(24);
  // Against clocks that are behind ours.
  Duration backdate = std::chrono::minutes(10);
};

// What should be, given what is (nothing: first start; unreadable: anew). Returns `now`'s material
// unchanged where nothing is due. Of authorities first the next one is added to the bundle, an
// overlap later it takes over.
Result<TlsMaterial> renew(const std::optional<TlsMaterial>& current, const TlsPolicy& policy,
                          WallTime now);

// The authorities alone: the serving pair stays as it is.
Result<TlsMaterial> renewAuthorities(const std::optional<TlsMaterial>& current,
                                     const TlsPolicy& policy, WallTime now);
// What is left of a certificate's life, 0 to 1; 0 when expired or unreadable.
double lifeLeft(const std::string& certificate, WallTime now);
// From now, backdated.
Validity validityOf(WallTime now, Duration life, const TlsPolicy& policy);

// To and from the Secret's data (not yet base64). Corrupt where a part is missing.
std::map<std::string, std::string> toSecretData(const TlsMaterial& material);
Result<TlsMaterial> fromSecretData(const std::map<std::string, std::string>& data);

// RFC 4648 with padding, as Secrets carry their data. Corrupt for what is not base64.
std::string base64Encode(const std::string& bytes);
Result<std::string> base64Decode(const std::string& text);

}  // namespace shopkeeper::control
