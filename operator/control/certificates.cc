#include "operator/control/certificates.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>

namespace shopkeeper::control {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

Error opensslError(const std::string& doing) {
  char text[256] = "unknown error";
  if (const auto code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return Error(ErrorCode::Internal, doing + ": " + text);
}

Bio readFrom(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string textOf(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Certificate parseCertificate(const std::string& pem) {
  return Certificate(PEM_read_bio_X509(readFrom(pem).get(), nullptr, nullptr, nullptr));
}

Key parseKey(const std::string& pem) {
  return Key(PEM_read_bio_PrivateKey(readFrom(pem).get(), nullptr, nullptr, nullptr));
}

bool extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool setTime(ASN1_TIME* field, WallTime time) {
  return ASN1_TIME_set(field, std::chrono::system_clock::to_time_t(time)) != nullptr;
}

// Serial, subject, times and key of a version 3 certificate.
bool begin(X509* certificate, EVP_PKEY* key, const std::string& commonName,
           const Validity& validity) {
  unsigned char serial[16];
  if (RAND_bytes(serial, sizeof serial) != 1) return false;
  serial[0] &= 0x7f;  // serials are positive
  const std::unique_ptr<BIGNUM, Deleter<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  auto* subject = X509_get_subject_name(certificate);
  return number && X509_set_version(certificate, X509_VERSION_3) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(commonName.c_str()), -1,
                                    -1, 0) == 1 &&
         setTime(X509_getm_notBefore(certificate), validity.notBefore) &&
         setTime(X509_getm_notAfter(certificate), validity.notAfter) &&
         X509_set_pubkey(certificate, key) == 1;
}

Result<KeyPair> toPem(X509* certificate, EVP_PKEY* key) {
  const Bio certificateText(BIO_new(BIO_s_mem()));
  const Bio keyText(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificateText.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(keyText.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return opensslError("writing a certificate");
  }
  return KeyPair{textOf(certificateText.get()), textOf(keyText.get())};
}

WallTime toWallTime(const ASN1_TIME* time) {
  std::tm fields{};
  ASN1_TIME_to_tm(time, &fields);
  return std::chrono::system_clock::from_time_t(timegm(&fields));
}

}  // namespace

Result<KeyPair> makeAuthority(const std::string& commonName, const Validity& validity) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  auto* cert = certificate.get();
  if (!key || cert == nullptr || !begin(cert, key.get(), commonName, validity) ||
      X509_set_issuer_name(cert, X509_get_subject_name(cert)) != 1 ||
      !extend(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !extend(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !extend(cert, cert, NID_subject_key_identifier, "hash") ||
      X509_sign(cert, key.get(), EVP_sha256()) == 0) {
    return opensslError("making an authority");
  }
  return toPem(cert, key.get());
}

namespace {

// `names` and `usage` as OpenSSL's configuration writes them ("DNS:a,DNS:b").
Result<KeyPair> makeLeaf(const KeyPair& authority, const std::string& commonName,
                         const std::string& names, const char* usage, const Validity& validity) {
  const auto issuer = parseCertificate(authority.certificate);
  const auto issuerKey = parseKey(authority.key);
  if (!issuer || !issuerKey) return opensslError("reading the authority");
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  auto* cert = certificate.get();
  // A common name holds 64 characters at most; peers look at the alternative names alone.
  if (!key || cert == nullptr || !begin(cert, key.get(), commonName.substr(0, 64), validity) ||
      X509_set_issuer_name(cert, X509_get_subject_name(issuer.get())) != 1 ||
      !extend(cert, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !extend(cert, issuer.get(), NID_key_usage, "critical,digitalSignature") ||
      !extend(cert, issuer.get(), NID_ext_key_usage, usage) ||
      !extend(cert, issuer.get(), NID_authority_key_identifier, "keyid") ||
      !extend(cert, issuer.get(), NID_subject_alt_name, names) ||
      X509_sign(cert, issuerKey.get(), EVP_sha256()) == 0) {
    return opensslError("making a certificate");
  }
  return toPem(cert, key.get());
}

}  // namespace

Result<KeyPair> makeServing(const KeyPair& authority, const std::vector<std::string>& dnsNames,
                            const Validity& validity) {
  if (dnsNames.empty()) return Error(ErrorCode::InvalidArgument, "a server needs a name");
  std::string names;
  for (const auto& name : dnsNames) names += (names.empty() ? "DNS:" : ",DNS:") + name;
  return makeLeaf(authority, dnsNames.front(), names, "serverAuth", validity);
}

Result<KeyPair> makePeer(const KeyPair& authority, const std::string& uri,
                         const Validity& validity) {
  return makeLeaf(authority, uri, "URI:" + uri, "serverAuth,clientAuth", validity);
}

Result<CertificateInfo> readCertificate(const std::string& pem) {
  const auto certificate = parseCertificate(pem);
  if (!certificate) {
    ERR_clear_error();
    return Error(ErrorCode::Corrupt, "the text is no PEM certificate");
  }
  CertificateInfo info;
  info.validity = {toWallTime(X509_get0_notBefore(certificate.get())),
                   toWallTime(X509_get0_notAfter(certificate.get()))};
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_URI) continue;
    const auto* text = name->type == GEN_DNS ? name->d.dNSName : name->d.uniformResourceIdentifier;
    auto& list = name->type == GEN_DNS ? info.dnsNames : info.uris;
    list.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                      static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  return info;
}

bool isSignedBy(const KeyPair& pair, const std::string& authority) {
  const auto certificate = parseCertificate(pair.certificate);
  const auto key = parseKey(pair.key);
  const auto issuer = parseCertificate(authority);
  const bool good = certificate && key && issuer &&
                    X509_check_private_key(certificate.get(), key.get()) == 1 &&
                    X509_verify(certificate.get(), X509_get0_pubkey(issuer.get())) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace shopkeeper::control
