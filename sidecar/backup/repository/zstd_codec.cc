#include "sidecar/backup/repository/zstd_codec.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace shopkeeper::backup {

ZstdCompressor::ZstdCompressor(int level) : context_(ZSTD_createCCtx()) {
  if (context_ == nullptr) std::abort();  // out of memory
  ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, level);
}

ZstdCompressor::~ZstdCompressor() { ZSTD_freeCCtx(context_); }

std::size_t ZstdCompressor::compress(std::span<const std::byte> bytes, std::span<std::byte> into) {
  const std::size_t size =
      ZSTD_compress2(context_, into.data(), into.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size)) std::abort();  // out of memory; `into` is as long as bound() says
  return size;
}

ZstdDecompressor::ZstdDecompressor() : context_(ZSTD_createDCtx()) {
  if (context_ == nullptr) std::abort();  // out of memory
}

ZstdDecompressor::~ZstdDecompressor() { ZSTD_freeDCtx(context_); }

Status ZstdDecompressor::decompress(std::span<const std::byte> frame, std::span<std::byte> into) {
  const std::size_t size =
      ZSTD_decompressDCtx(context_, into.data(), into.size(), frame.data(), frame.size());
  if (ZSTD_isError(size)) {
    return Error(ErrorCode::Corrupt, std::string("not zstd data: ") + ZSTD_getErrorName(size));
  }
  if (size != into.size()) return Error(ErrorCode::Corrupt, "shorter than its entry says");
  return ok();
}

Result<Bytes> ZstdDecompressor::decompress(std::span<const std::byte> frame, std::size_t limit) {
  Bytes out;
  ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  std::size_t left = 1;
  for (std::size_t done = 0; left != 0;) {
    if (done == out.size()) {
      if (out.size() >= limit) return Error(ErrorCode::TooLarge, "zstd data beyond its limit");
      out.resize(std::min(limit, std::max(out.size() * 2, ZSTD_DStreamOutSize())));
    }
    ZSTD_outBuffer to{out.data(), out.size(), done};
    left = ZSTD_decompressStream(context_, &to, &in);
    if (ZSTD_isError(left)) {
      return Error(ErrorCode::Corrupt, std::string("not zstd data: ") + ZSTD_getErrorName(left));
    }
    const bool stuck = to.pos == done && in.pos == in.size && to.pos < to.size;
    done = to.pos;
    if (left != 0 && stuck) return Error(ErrorCode::Corrupt, "zstd data ends early");
    if (left == 0) out.resize(done);
  }
  return out;
}

}  // namespace shopkeeper::backup
