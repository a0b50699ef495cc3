// The OpenSSL side of ClientTls: PEM text parsed once, applied to many connections.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "common/http/client.h"
#include "common/result.h"

namespace shopkeeper::http {

// Immutable and thread-safe; shares its certificates with the contexts it was applied to.
class ClientTlsMaterial {
 public:
  // InvalidArgument names the part (ca, certificate, key) that cannot be read, or says that
  // certificate and key do not belong together.
  static Result<std::shared_ptr<const ClientTlsMaterial>> load(const ClientTls& tls);
  ~ClientTlsMaterial();
  ClientTlsMaterial(const ClientTlsMaterial&) = delete;
  ClientTlsMaterial& operator=(const ClientTlsMaterial&) = delete;

  // TLS 1.2 at least; only the given CA where there is one, whatever the context trusted before;
  // our certificate chain where there is one.
  void apply(SSL_CTX* context) const;

 private:
  ClientTlsMaterial() = default;
  Status loadCa(const std::string& pem);
  Status loadIdentity(const std::string& certificate, const std::string& key);

  X509_STORE* trusted_ = nullptr;
  X509* certificate_ = nullptr;
  STACK_OF(X509) * chain_ = nullptr;
  EVP_PKEY* key_ = nullptr;
};

}  // namespace shopkeeper::http
