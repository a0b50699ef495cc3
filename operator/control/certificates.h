// Makes and reads X.509 certificates: an authority of the operator's own, and what it serves with.
#pragma once

#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"

namespace shopkeeper::control {

// PEM text. Keys are ECDSA P-256 in PKCS#8.
struct KeyPair {
  std::string certificate;
  std::string key;
  bool operator==(const KeyPair&) const = default;
};

struct Validity {
  WallTime notBefore;
  WallTime notAfter;
};

// A self-signed authority that may sign server certificates and nothing below them.
Result<KeyPair> makeAuthority(const std::string& commonName, const Validity& validity);

// A server certificate for these DNS names, signed by `authority`.
Result<KeyPair> makeServing(const KeyPair& authority, const std::vector<std::string>& dnsNames,
                            const Validity& validity);

// A certificate for both ends of a connection between sidecars, with `uri` as its only name.
Result<KeyPair> makePeer(const KeyPair& authority, const std::string& uri,
                         const Validity& validity);

struct CertificateInfo {
  Validity validity;
  std::vector<std::string> dnsNames;  // in the certificate's order
  std::vector<std::string> uris;      // the same
};
// Of the first certificate in the text. Corrupt where there is none.
Result<CertificateInfo> readCertificate(const std::string& pem);

// Whether `authority`'s key signed the certificate, and the pair's halves belong together.
bool isSignedBy(const KeyPair& pair, const std::string& authority);

}  // namespace shopkeeper::control
