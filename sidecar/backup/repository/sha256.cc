#include "sidecar/backup/repository/sha256.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace shopkeeper::backup {
namespace {

const EVP_MD* implementation() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr || implementation() == nullptr) std::abort();  // out of memory
}

Sha256::~Sha256() { EVP_MD_CTX_free(context_); }

Id Sha256::of(std::span<const std::byte> bytes) {
  Id id;
  unsigned length = 0;
  if (EVP_DigestInit_ex2(context_, implementation(), nullptr) != 1 ||
      EVP_DigestUpdate(context_, bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context_, id.bytes.data(), &length) != 1) {
    std::abort();  // never: a digest of memory cannot fail
  }
  return id;
}

Id sha256(std::span<const std::byte> bytes) {
  static thread_local Sha256 hasher;
  return hasher.of(bytes);
}

}  // namespace shopkeeper::backup
