// zstd frames, with contexts that are used again and again.
#pragma once

#include <zstd.h>

#include <cstddef>
#include <span>

#include "common/result.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

// Not thread-safe: one a thread. Level 3 is zstd's own default.
class ZstdCompressor {
 public:
  explicit ZstdCompressor(int level = 3);
  ~ZstdCompressor();
  ZstdCompressor(const ZstdCompressor&) = delete;
  ZstdCompressor& operator=(const ZstdCompressor&) = delete;

  // How long `into` must be.
  static std::size_t bound(std::size_t size) { return ZSTD_compressBound(size); }
  // The length of the frame, written to the front of `into`.
  std::size_t compress(std::span<const std::byte> bytes, std::span<std::byte> into);

 private:
  ZSTD_CCtx* context_;
};

// Not thread-safe: one a thread.
class ZstdDecompressor {
 public:
  ZstdDecompressor();
  ~ZstdDecompressor();
  ZstdDecompressor(const ZstdDecompressor&) = delete;
  ZstdDecompressor& operator=(const ZstdDecompressor&) = delete;

  // Exactly `into.size()` bytes; Corrupt otherwise.
  Status decompress(std::span<const std::byte> frame, std::span<std::byte> into);
  // For frames of unknown length: at most `limit` bytes, else TooLarge.
  Result<Bytes> decompress(std::span<const std::byte> frame, std::size_t limit);

 private:
  ZSTD_DCtx* context_;
};

}  // namespace shopkeeper::backup
