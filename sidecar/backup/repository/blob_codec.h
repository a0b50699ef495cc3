// Blobs: hashed, compressed, sealed on their way in; opened, expanded, checked on their way out.
#pragma once

#include <cstddef>
#include <span>

#include "common/result.h"
#include "sidecar/backup/repository/cipher.h"
#include "sidecar/backup/repository/large_buffer.h"
#include "sidecar/backup/repository/pack.h"
#include "sidecar/backup/repository/sha256.h"
#include "sidecar/backup/repository/zstd_codec.h"

namespace shopkeeper::backup {

// Not thread-safe: one a thread.
class BlobSealer {
 public:
  BlobSealer(const SealingKey& key, int level) : cipher_(key), compressor_(level) {}

  struct Sealed {
    std::span<const std::byte> bytes;  // valid until the next call
    std::uint32_t uncompressed;        // 0: stored as it is
  };
  // What does not get smaller is stored as it is.
  Sealed seal(std::span<const std::byte> content);
  Cipher& cipher() { return cipher_; }

 private:
  Cipher cipher_;
  ZstdCompressor compressor_;
  LargeBuffer scratch_;
  std::size_t used_ = 0;  // bytes of it, by the last blob
};

// Not thread-safe: one a thread.
class BlobOpener {
 public:
  explicit BlobOpener(const SealingKey& key) : cipher_(key) {}

  // The content of a sealed blob, which is opened in place; valid until the next call or until
  // `sealed` goes. Corrupt unless its hash is the id.
  Result<std::span<const std::byte>> open(const PackEntry& entry, std::span<std::byte> sealed);
  Cipher& cipher() { return cipher_; }

 private:
  Cipher cipher_;
  ZstdDecompressor decompressor_;
  Sha256 hasher_;
  LargeBuffer scratch_;
};

}  // namespace shopkeeper::backup
