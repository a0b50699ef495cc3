#include "tests/testing/test_pki.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace shopkeeper::testing {
namespace {

template <class Write>
std::string pem(Write write) {
  BIO* memory = BIO_new(BIO_s_mem());
  write(memory);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

std::string keyPem(EVP_PKEY* key) {
  return pem(
      [&](BIO* out) { PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* blank(EVP_PKEY* key, const std::string& commonName, long serial) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(commonName.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

struct TestCa::Impl {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = nullptr;
  long serial = 1;
};

TestCa::TestCa() : impl_(std::make_unique<Impl>()) {
  X509* certificate = blank(impl_->key, "test authority", impl_->serial++);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  // All of them have the same name: which one issued a certificate is told by the key.
  extend(certificate, certificate, NID_subject_key_identifier, "hash");
  X509_sign(certificate, impl_->key, EVP_sha256());
  impl_->certificate = certificate;
  pem_ = pem([&](BIO* out) { PEM_write_bio_X509(out, certificate); });
}

TestCa::~TestCa() {
  X509_free(impl_->certificate);
  EVP_PKEY_free(impl_->key);
}

TestIdentity TestCa::issue(const std::string& commonName, const std::vector<std::string>& altNames,
                           std::chrono::seconds endsIn) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = blank(key, commonName, impl_->serial++);
  const long end = static_cast<long>(endsIn.count());
  X509_gmtime_adj(X509_getm_notBefore(certificate), std::min(end, 0L) - 60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), end);
  X509_set_issuer_name(certificate, X509_get_subject_name(impl_->certificate));
  std::string names;
  for (const std::string& name : altNames) names += (names.empty() ? "" : ",") + name;
  if (!names.empty()) extend(certificate, impl_->certificate, NID_subject_alt_name, names);
  extend(certificate, impl_->certificate, NID_authority_key_identifier, "keyid");
  X509_sign(certificate, impl_->key, EVP_sha256());
  TestIdentity identity{pem([&](BIO* out) { PEM_write_bio_X509(out, certificate); }), keyPem(key)};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return identity;
}

}  // namespace shopkeeper::testing
