#include "sidecar/backup/repository/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <cstring>

namespace shopkeeper::backup {
namespace {

const EVP_CIPHER* streamCipher() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-CTR", nullptr);
  return fetched;
}

const EVP_CIPHER* blockCipher() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr);
  return fetched;
}

EVP_MAC* poly1305() {
  static EVP_MAC* const fetched = EVP_MAC_fetch(nullptr, "POLY1305", nullptr);
  return fetched;
}

// These calls fail only for want of memory or of the algorithms themselves.
void must(bool done) {
  if (!done) std::abort();
}

const unsigned char* raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

}  // namespace

Cipher::Cipher(const SealingKey& key)
    : key_(key),
      stream_(EVP_CIPHER_CTX_new()),
      block_(EVP_CIPHER_CTX_new()),
      mac_(EVP_MAC_CTX_new(poly1305())) {
  must(stream_ != nullptr && block_ != nullptr && mac_ != nullptr);
  must(EVP_EncryptInit_ex2(stream_, streamCipher(), key_.encrypt.data(), nullptr, nullptr) == 1);
  must(EVP_EncryptInit_ex2(block_, blockCipher(), key_.macK.data(), nullptr, nullptr) == 1);
}

Cipher::~Cipher() {
  EVP_CIPHER_CTX_free(stream_);
  EVP_CIPHER_CTX_free(block_);
  EVP_MAC_CTX_free(mac_);
  OPENSSL_cleanse(&key_, sizeof key_);
}

void Cipher::encrypt(const std::uint8_t* iv, std::byte* bytes, const std::byte* from,
                     std::size_t size) {
  must(EVP_EncryptInit_ex2(stream_, nullptr, nullptr, iv, nullptr) == 1);
  // OpenSSL counts in int; counter mode goes on over calls.
  constexpr std::size_t kStep = std::size_t{1} << 30;
  while (size > 0) {
    const std::size_t step = std::min(size, kStep);
    int written = 0;
    must(EVP_EncryptUpdate(stream_, raw(bytes), &written, raw(from), static_cast<int>(step)) == 1);
    bytes += step;
    from += step;
    size -= step;
  }
}

std::array<std::uint8_t, kMacBytes> Cipher::authenticate(std::span<const std::byte> bytes,
                                                         const std::uint8_t* iv) {
  std::array<std::uint8_t, 32> oneTime;  // r || AES_k(iv)
  std::memcpy(oneTime.data(), key_.macR.data(), 16);
  int written = 0;
  must(EVP_EncryptUpdate(block_, oneTime.data() + 16, &written, iv, 16) == 1);
  std::array<std::uint8_t, kMacBytes> tag;
  std::size_t length = 0;
  must(EVP_MAC_init(mac_, oneTime.data(), oneTime.size(), nullptr) == 1 &&
       EVP_MAC_update(mac_, raw(bytes.data()), bytes.size()) == 1 &&
       EVP_MAC_final(mac_, tag.data(), &length, tag.size()) == 1);
  return tag;
}

void Cipher::seal(std::span<const std::byte> plain, std::span<std::byte> sealed) {
  must(sealed.size() == plain.size() + kSealBytes);
  std::array<std::uint8_t, kIvBytes> iv;
  secureRandom(iv);
  std::byte* const body = sealed.data() + kIvBytes;
  encrypt(iv.data(), body, plain.data(), plain.size());
  std::memcpy(sealed.data(), iv.data(), iv.size());
  const auto tag = authenticate({body, plain.size()}, iv.data());
  std::memcpy(body + plain.size(), tag.data(), tag.size());
}

Result<std::span<std::byte>> Cipher::open(std::span<std::byte> sealed) {
  if (sealed.size() < kSealBytes) {
    return Error(ErrorCode::Corrupt, "too short to be sealed data");
  }
  const auto* iv = raw(sealed.data());
  const auto body = sealed.subspan(kIvBytes, sealed.size() - kSealBytes);
  const auto tag = authenticate(body, iv);
  if (CRYPTO_memcmp(tag.data(), body.data() + body.size(), tag.size()) != 0) {
    return Error(ErrorCode::Corrupt, "the seal does not fit: damaged, or another key's");
  }
  encrypt(iv, body.data(), body.data(), body.size());
  return body;
}

void secureRandom(std::span<std::uint8_t> into) {
  must(RAND_bytes(into.data(), static_cast<int>(into.size())) == 1);
}

}  // namespace shopkeeper::backup
