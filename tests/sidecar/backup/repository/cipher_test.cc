#include "sidecar/backup/repository/cipher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sidecar/backup/repository/blob_codec.h"
#include "sidecar/backup/repository/password.h"
#include "tests/sidecar/backup/repository/test_data.h"

namespace shopkeeper::backup {
namespace {

std::string fromHex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

template <class Array>
Array arrayOf(std::string_view hex) {
  Array array;
  const std::string bytes = fromHex(hex);
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

// D. J. Bernstein, "The Poly1305-AES message-authentication code", appendix B.
TEST(Cipher, AuthenticatesAsPoly1305AesDoes) {
  struct Vector {
    const char *message, *k, *r, *nonce, *tag;
  };
  const Vector vectors[] = {
      {"f3f6", "ec074c835580741701425b623235add6", "851fc40c3467ac0be05cc20404f3f700",
       "fb447350c4e868c52ac3275cf9d4327e", "f4c633c3044fc145f84f335cb81953de"},
      {"", "75deaa25c09f208e1dc4ce6b5cad3fbf", "a0f3080000f46400d0c7e9076c834403",
       "61ee09218d29b0aaed7e154a2c5509cc", "dd3fab2251f11ac759f0887129cc2ee7"},
      {"663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136",
       "6acb5f61a7176dd320c5c1eb2edcdc74", "48443d0bb0d21109c89a100b5ce2c208",
       "ae212a55399729595dea458bc621ff0e", "0ee1c16bb73f0f4fd19881753c01cdbe"},
  };
  for (const Vector& vector : vectors) {
    SealingKey key;
    key.macK = arrayOf<std::array<std::uint8_t, 16>>(vector.k);
    key.macR = arrayOf<std::array<std::uint8_t, 16>>(vector.r);
    const auto nonce = arrayOf<std::array<std::uint8_t, 16>>(vector.nonce);
    EXPECT_EQ(Cipher(key).authenticate(asBytes(fromHex(vector.message)), nonce.data()),
              (arrayOf<std::array<std::uint8_t, 16>>(vector.tag)));
  }
}

TEST(Cipher, OpensWhatItSealed) {
  Cipher cipher(randomKey());
  for (const std::size_t size : {0u, 8u, 4096u, 1048576u}) {
    const Bytes plain = randomBytes(size, size);
    Bytes sealed(size + kSealBytes);
    cipher.seal(plain, sealed);
    Bytes again(size + kSealBytes);
    cipher.seal(plain, again);
    EXPECT_NE(sealed, again) << "the IV is drawn anew";
    const auto opened = cipher.open(sealed);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(std::equal(opened->begin(), opened->end(), plain.begin(), plain.end()));
  }
}

TEST(Cipher, RefusesEveryFlippedBitAndTruncation) {
  Cipher cipher(randomKey());
  Bytes sealed(16 + kSealBytes);
  cipher.seal(randomBytes(1, 16), sealed);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes damaged = sealed;
    damaged[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    const auto opened = cipher.open(damaged);
    ASSERT_FALSE(opened) << bit;
    EXPECT_EQ(opened.error().code(), ErrorCode::Corrupt);
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    Bytes damaged = sealed;
    EXPECT_FALSE(cipher.open(std::span(damaged).first(size))) << size;
  }
  EXPECT_FALSE(Cipher(randomKey()).open(sealed));
}

TEST(BlobCodec, StoresWhatDoesNotShrinkAsItIs) {
  const SealingKey key = randomKey();
  BlobSealer sealer(key, 3);
  BlobOpener opener(key);
  const Bytes random = randomBytes(3, 8192), zeros(8192);
  for (const Bytes& content : {random, zeros, Bytes()}) {
    const auto sealed = sealer.seal(content);
    EXPECT_EQ(sealed.uncompressed, content == zeros ? 8192u : 0u);
    Bytes bytes(sealed.bytes.begin(), sealed.bytes.end());
    PackEntry entry{sha256(content), BlobType::Data, 0, static_cast<std::uint32_t>(bytes.size()),
                    sealed.uncompressed};
    EXPECT_EQ(entry.contentLength(), content.size());
    Bytes copy = bytes;
    const auto opened = opener.open(entry, copy);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(std::equal(opened->begin(), opened->end(), content.begin(), content.end()));
    entry.id.bytes[5] ^= 1;
    EXPECT_FALSE(opener.open(entry, bytes)) << "sealed well, but another blob";
  }
}

TEST(Password, OpensItsKeyAndNoOther) {
  const SealingKey master = randomKey();
  const auto file = lockWithPassword(master, "pleaseletmein", {1024, 8, 1}, {1700000000, 5});
  ASSERT_TRUE(file);
  const auto parsed = parseKeyFile(toJson(*file));
  ASSERT_TRUE(parsed);
  const auto opened = unlockWithPassword(*parsed, "pleaseletmein");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->encrypt, master.encrypt);
  EXPECT_EQ(opened->macK, master.macK);
  EXPECT_EQ(opened->macR, master.macR);
  const auto wrong = unlockWithPassword(*parsed, "pleaseletmeout");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code(), ErrorCode::Unauthenticated);
}

TEST(Password, RefusesCostsThatWouldTakeAllMemory) {
  KeyFile file;
  file.salt = "salt";
  for (const auto& [n, r, p] : {std::array<std::uint64_t, 3>{1ull << 40, 8, 1},
                                {1024, 1ull << 50, 1},
                                {1000, 8, 1},
                                {0, 8, 1},
                                {1024, 0, 1}}) {
    file.n = n, file.r = r, file.p = p;
    const auto opened = unlockWithPassword(file, "x");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::Corrupt);
  }
}

}  // namespace
}  // namespace shopkeeper::backup
