#include "sidecar/backup/repository/pack_reader.h"

#include <algorithm>

namespace shopkeeper::backup {
namespace {

// Holds the table of most packs, so that one read is enough.
constexpr std::uint64_t kFirstRead = 16 << 10;

// `end`: the last bytes of a pack of `size` bytes. Nullopt where the table begins before them.
std::optional<Result<std::vector<PackEntry>>> tableAtEnd(std::span<std::byte> end,
                                                         std::uint64_t size, Cipher& cipher,
                                                         std::uint64_t& needed) {
  auto length = packTableLength(end.last(std::min<std::size_t>(4, end.size())), size);
  if (!length) return length.error();
  needed = *length + std::uint64_t{4};
  if (needed > end.size()) return std::nullopt;
  auto entries = parsePackTable(end.subspan(end.size() - needed, *length), cipher);
  if (entries && packSize(*entries) != size) {
    return Error(ErrorCode::Corrupt, "its table does not add up to its size");
  }
  return entries;
}

}  // namespace

Result<std::vector<PackEntry>> readPackTable(RepositoryFiles& files,
                                             const RepositoryFiles::Entry& pack, Cipher& cipher) {
  std::uint64_t wanted = std::min(pack.size, kFirstRead);
  while (wanted > 0) {
    auto end = files.load(FileKind::Pack, pack.id, pack.size - wanted, wanted);
    if (!end) return end.error();
    auto entries = tableAtEnd(*end, pack.size, cipher, wanted);
    if (!entries) continue;
    if (!*entries) return entries->error().within("pack " + toHex(pack.id));
    return std::move(*entries);
  }
  return Error(ErrorCode::Corrupt, "pack " + toHex(pack.id) + " is empty");
}

Result<std::vector<PackEntry>> readPackTable(std::span<std::byte> pack, Cipher& cipher) {
  if (pack.empty()) return Error(ErrorCode::Corrupt, "it is empty");
  std::uint64_t needed = 0;
  return *tableAtEnd(pack, pack.size(), cipher, needed);
}

}  // namespace shopkeeper::backup
