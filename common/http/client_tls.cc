#include "common/http/client_tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <vector>

namespace shopkeeper::http {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio memory(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
}

// Never asks a terminal for a passphrase.
int noPassphrase(char*, int, int, void*) { return -1; }

// Every certificate of a PEM text, in order. Empty where there is none or one is broken.
std::vector<X509*> certificates(const std::string& pem) {
  ERR_clear_error();
  std::vector<X509*> found;
  const Bio bio = memory(pem);
  while (X509* one = PEM_read_bio_X509(bio.get(), nullptr, &noPassphrase, nullptr)) {
    found.push_back(one);
  }
  const unsigned long last = ERR_peek_last_error();
  ERR_clear_error();
  const bool clean = last == 0 || ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (!clean) {
    for (X509* one : found) X509_free(one);
    found.clear();
  }
  return found;
}

Error invalid(const std::string& what) { return {ErrorCode::InvalidArgument, what}; }

}  // namespace

Result<std::shared_ptr<const ClientTlsMaterial>> ClientTlsMaterial::load(const ClientTls& tls) {
  std::shared_ptr<ClientTlsMaterial> material(new ClientTlsMaterial);
  if (!tls.ca.empty()) {
    if (Status loaded = material->loadCa(tls.ca); !loaded) return loaded.error();
  }
  if (tls.certificate.empty() != tls.key.empty()) {
    return invalid("a TLS client certificate and its key must be given together");
  }
  if (!tls.certificate.empty()) {
    if (Status loaded = material->loadIdentity(tls.certificate, tls.key); !loaded) {
      return loaded.error();
    }
  }
  return std::shared_ptr<const ClientTlsMaterial>(std::move(material));
}

Status ClientTlsMaterial::loadCa(const std::string& pem) {
  const std::vector<X509*> found = certificates(pem);
  if (found.empty())
    return invalid("the TLS certificate authority holds no readable PEM certificate");
  trusted_ = X509_STORE_new();
  for (X509* one : found) {
    X509_STORE_add_cert(trusted_, one);  // takes its own reference; a double is no error
    X509_free(one);
  }
  ERR_clear_error();
  return ok();
}

Status ClientTlsMaterial::loadIdentity(const std::string& certificate, const std::string& key) {
  const std::vector<X509*> found = certificates(certificate);
  if (found.empty()) return invalid("the TLS client certificate is not a readable PEM certificate");
  certificate_ = found.front();
  chain_ = sk_X509_new_null();
  for (std::size_t i = 1; i < found.size(); ++i) sk_X509_push(chain_, found[i]);
  key_ = PEM_read_bio_PrivateKey(memory(key).get(), nullptr, &noPassphrase, nullptr);
  ERR_clear_error();
  if (key_ == nullptr) {
    return invalid("the TLS client key is not a readable, unencrypted PEM private key");
  }
  const bool pair = X509_check_private_key(certificate_, key_) == 1;
  ERR_clear_error();
  if (!pair) return invalid("the TLS client certificate and key do not belong together");
  return ok();
}

ClientTlsMaterial::~ClientTlsMaterial() {
  X509_STORE_free(trusted_);
  X509_free(certificate_);
  sk_X509_pop_free(chain_, &X509_free);
  EVP_PKEY_free(key_);
}

void ClientTlsMaterial::apply(SSL_CTX* context) const {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (trusted_ != nullptr) SSL_CTX_set1_cert_store(context, trusted_);
  if (certificate_ != nullptr) SSL_CTX_use_cert_and_key(context, certificate_, key_, chain_, 1);
}

}  // namespace shopkeeper::http
