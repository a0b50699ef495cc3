#include "sidecar/backup/repository/blob_codec.h"

namespace shopkeeper::backup {
namespace {

// No program writes larger blobs; an entry that says so is not believed.
constexpr std::uint32_t kLargestContent = 1u << 30;

}  // namespace

BlobSealer::Sealed BlobSealer::seal(std::span<const std::byte> content) {
  // Compressed behind the room for the IV and sealed in place.
  const std::size_t room = ZstdCompressor::bound(content.size()) + kSealBytes;
  scratch_.trim(used_);
  scratch_.atLeast(room);
  used_ = content.size() + kSealBytes;
  const std::span<std::byte> behind = scratch_.first(room).subspan(kIvBytes);
  const std::size_t compressed = compressor_.compress(content, behind.first(room - kSealBytes));
  if (compressed < content.size()) {
    const auto sealed = scratch_.first(compressed + kSealBytes);
    cipher_.seal(behind.first(compressed), sealed);
    return {sealed, static_cast<std::uint32_t>(content.size())};
  }
  const auto sealed = scratch_.first(content.size() + kSealBytes);
  cipher_.seal(content, sealed);
  return {sealed, 0};
}

Result<std::span<const std::byte>> BlobOpener::open(const PackEntry& entry,
                                                    std::span<std::byte> sealed) {
  auto opened = cipher_.open(sealed);
  if (!opened) return opened.error();
  std::span<const std::byte> content = *opened;
  if (entry.uncompressed != 0) {
    if (entry.uncompressed > kLargestContent) {
      return Error(ErrorCode::Corrupt, "its entry says an impossible size");
    }
    scratch_.atLeast(entry.uncompressed);
    const auto into = scratch_.first(entry.uncompressed);
    if (auto done = decompressor_.decompress(content, into); !done) return done.error();
    content = into;
  }
  if (hasher_.of(content) != entry.id) {
    return Error(ErrorCode::Corrupt, "its content is not what its id says");
  }
  return content;
}

}  // namespace shopkeeper::backup
