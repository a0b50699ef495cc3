#include "sidecar/backup/repository/password.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "sidecar/backup/repository/json_reader.h"
#include "sidecar/backup/repository/json_writer.h"
#include "sidecar/backup/repository/system_names.h"

namespace shopkeeper::backup {
namespace {

constexpr std::uint64_t kMemoryLimit = std::uint64_t{256} << 20;
constexpr std::size_t kSaltBytes = 64;

template <std::size_t kSize>
std::string base64(const std::array<std::uint8_t, kSize>& bytes) {
  return toBase64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

template <std::size_t kSize>
bool unbase64(std::string_view text, std::array<std::uint8_t, kSize>& into) {
  const auto bytes = fromBase64(text);
  if (!bytes || bytes->size() != kSize) return false;
  std::memcpy(into.data(), bytes->data(), kSize);
  return true;
}

std::string toJson(const SealingKey& key) {
  JsonWriter json;
  json.text("{\"mac\":{\"k\":", base64(key.macK));
  json.text(",\"r\":", base64(key.macR));
  json.text("},\"encrypt\":", base64(key.encrypt));
  json.raw("}");
  return json.take();
}

Result<SealingKey> parseKey(std::string_view text) {
  SealingKey key;
  int found = 0;
  JsonReader json(text);
  json.beginObject();
  for (std::string_view name; json.nextKey(name);) {
    if (name == "encrypt") {
      found += unbase64(json.string(), key.encrypt);
    } else if (name == "mac") {
      json.beginObject();
      while (json.nextKey(name)) {
        if (name == "k") {
          found += unbase64(json.string(), key.macK);
        } else if (name == "r") {
          found += unbase64(json.string(), key.macR);
        } else {
          json.skip();
        }
      }
    } else {
      json.skip();
    }
  }
  if (json.failed() || found != 3) return Error(ErrorCode::Corrupt, "not a master key");
  return key;
}

// 32 bytes for encryption, then k and r.
Result<SealingKey> derive(std::string_view password, std::string_view salt, PasswordCost cost) {
  const bool power = cost.n > 1 && (cost.n & (cost.n - 1)) == 0;
  if (!power || cost.r == 0 || cost.p == 0 || cost.r > 1024 || cost.p > 1024 ||
      cost.n > kMemoryLimit / 128 / cost.r) {
    return Error(ErrorCode::Corrupt, "the key asks for an impossible or too costly scrypt");
  }
  std::array<std::uint8_t, 64> bytes;
  if (EVP_PBE_scrypt(password.data(), password.size(),
                     reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), cost.n,
                     cost.r, cost.p, 2 * kMemoryLimit, bytes.data(), bytes.size()) != 1) {
    return Error(ErrorCode::Unavailable, "scrypt failed: too little memory");
  }
  SealingKey key;
  std::memcpy(key.encrypt.data(), bytes.data(), 32);
  std::memcpy(key.macK.data(), bytes.data() + 32, 16);
  std::memcpy(key.macR.data(), bytes.data() + 48, 16);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

std::span<std::byte> writable(std::string& text) { return std::as_writable_bytes(std::span(text)); }

}  // namespace

SealingKey randomKey() {
  SealingKey key;
  secureRandom(key.encrypt);
  secureRandom(key.macK);
  secureRandom(key.macR);
  return key;
}

Result<KeyFile> lockWithPassword(const SealingKey& master, std::string_view password,
                                 PasswordCost cost, Timestamp now) {
  KeyFile file;
  file.created = now;
  file.username = userName(::getuid());
  file.hostname = hostName();
  file.n = cost.n, file.r = cost.r, file.p = cost.p;
  std::array<std::uint8_t, kSaltBytes> salt;
  secureRandom(salt);
  file.salt.assign(reinterpret_cast<const char*>(salt.data()), salt.size());
  auto key = derive(password, file.salt, cost);
  if (!key) return key.error();
  std::string plain = toJson(master);
  file.data.resize(plain.size() + kSealBytes);
  Cipher(*key).seal(std::as_bytes(std::span(plain)), writable(file.data));
  OPENSSL_cleanse(plain.data(), plain.size());
  return file;
}

Result<SealingKey> unlockWithPassword(const KeyFile& file, std::string_view password) {
  if (file.kdf != "scrypt") {
    return Error(ErrorCode::Corrupt, "the key is made by " + file.kdf + ", which is unknown");
  }
  auto key = derive(password, file.salt, {file.n, file.r, file.p});
  if (!key) return key.error();
  std::string data = file.data;
  auto opened = Cipher(*key).open(writable(data));
  if (!opened) return Error(ErrorCode::Unauthenticated, "the password does not open this key");
  auto master = parseKey({reinterpret_cast<const char*>(opened->data()), opened->size()});
  OPENSSL_cleanse(data.data(), data.size());
  return master;
}

}  // namespace shopkeeper::backup
