// Sealing as in the restic format: IV (16) || AES-256-CTR || Poly1305-AES (16).
#pragma once

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "common/result.h"

namespace shopkeeper::backup {

// 64 bytes: what scrypt yields from a password, and what a key file's seal holds.
struct SealingKey {
  std::array<std::uint8_t, 32> encrypt{};
  std::array<std::uint8_t, 16> macK{};  // AES-128 key that turns the IV into Poly1305's s
  std::array<std::uint8_t, 16> macR{};  // Poly1305's r; masked where it is used
};

inline constexpr std::size_t kIvBytes = 16;
inline constexpr std::size_t kMacBytes = 16;
inline constexpr std::size_t kSealBytes = kIvBytes + kMacBytes;

// Source: doc/design.rst of restic, "Keys, Encryption and MAC"; D. J. Bernstein, "The Poly1305-AES
// message-authentication code" (2005). Not thread-safe: one a thread.
class Cipher {
 public:
  explicit Cipher(const SealingKey& key);
  ~Cipher();
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  // `sealed` is kSealBytes longer than `plain`; a fresh random IV is drawn. They may overlap only
  // where `plain` begins kIvBytes into `sealed`.
  void seal(std::span<const std::byte> plain, std::span<std::byte> sealed);

  // Checks the seal, then decrypts in place: the plaintext within `sealed`. Corrupt where the seal
  // does not fit, which is also what a wrong key looks like.
  Result<std::span<std::byte>> open(std::span<std::byte> sealed);

  // The authenticator of `bytes` under `iv`; what seals are made with, here for its test vectors.
  std::array<std::uint8_t, kMacBytes> authenticate(std::span<const std::byte> bytes,
                                                   const std::uint8_t* iv);

 private:
  void encrypt(const std::uint8_t* iv, std::byte* bytes, const std::byte* from, std::size_t size);

  SealingKey key_;
  EVP_CIPHER_CTX* stream_;  // AES-256-CTR, keyed
  EVP_CIPHER_CTX* block_;   // AES-128, keyed with macK
  EVP_MAC_CTX* mac_;
};

// Random bytes fit for keys.
void secureRandom(std::span<std::uint8_t> into);

}  // namespace shopkeeper::backup
