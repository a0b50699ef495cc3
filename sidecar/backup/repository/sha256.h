// SHA-256 by OpenSSL, its implementation looked up once.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <span>

#include "sidecar/backup/repository/id.h"

namespace shopkeeper::backup {

// Not thread-safe; one a thread, used again and again.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Id of(std::span<const std::byte> bytes);

 private:
  EVP_MD_CTX* context_;
};

// By the calling thread's own Sha256.
Id sha256(std::span<const std::byte> bytes);

}  // namespace shopkeeper::backup
