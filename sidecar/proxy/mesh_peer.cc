#include "sidecar/proxy/mesh_peer.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>

namespace shopkeeper::sidecar {
namespace {

struct Words {
  const char* label;
  const char* sentence;
};
constexpr std::array<Words, kMeshRefusals> kWords = {{
    {"plain", "it does not speak TLS, which spec.traffic.mtls.mode Strict asks for"},
    {"no-certificate", "it showed no certificate"},
    {"expired", "its certificate has expired or is not valid yet"},
    {"authority", "its certificate was not issued by this guide's authority"},
    {"name", "its certificate names another guide or another component"},
    {"ours", "it did not accept this sidecar's own certificate"},
    {"broken", "the TLS handshake did not come to its end"},
}};

bool named(X509* certificate, std::string_view trustPrefix, std::string_view component) {
  auto* const names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  bool found = false;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* const text = name->d.uniformResourceIdentifier;
    std::string_view uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                         static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (!uri.starts_with(trustPrefix)) continue;
    uri.remove_prefix(trustPrefix.size());
    found = found || (component.empty() ? !uri.empty() : uri == component);
  }
  GENERAL_NAMES_free(names);
  return found;
}

}  // namespace

const char* toString(MeshRefusal refusal) {
  return kWords[static_cast<std::size_t>(refusal)].label;
}
const char* sentence(MeshRefusal refusal) {
  return kWords[static_cast<std::size_t>(refusal)].sentence;
}

MeshRefusal whyFailed(const SSL& ssl, int reason) {
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    const long verdict = SSL_get_verify_result(&ssl);
    const bool time =
        verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID;
    return time ? MeshRefusal::Expired : MeshRefusal::Authority;
  }
  if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) return MeshRefusal::NoCertificate;
  switch (reason - SSL_AD_REASON_OFFSET) {  // an alert that the peer sent
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_CERTIFICATE_REQUIRED:
    case SSL_AD_DECRYPT_ERROR:  // its authority has our issuer's name, but not its key
      return MeshRefusal::Ours;
    default:
      return MeshRefusal::Broken;
  }
}

std::optional<MeshRefusal> judgePeer(const SSL& ssl, std::string_view trustPrefix,
                                     std::string_view component) {
  X509* const certificate = SSL_get0_peer_certificate(&ssl);
  if (certificate == nullptr) return MeshRefusal::NoCertificate;
  if (SSL_get_verify_result(&ssl) != X509_V_OK) return MeshRefusal::Authority;
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0) return MeshRefusal::Expired;
  if (!named(certificate, trustPrefix, component)) return MeshRefusal::Name;
  return std::nullopt;
}

}  // namespace shopkeeper::sidecar
