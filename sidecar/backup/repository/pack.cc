#include "sidecar/backup/repository/pack.h"

#include <cstring>

namespace shopkeeper::backup {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kPlainEntry = 1 + 4 + 32;
constexpr std::size_t kCompressedEntry = kPlainEntry + 4;
// 16 MiB of table: more blobs than any pack holds.
constexpr std::uint32_t kLargestTable = 16u << 20;

std::size_t entryBytes(const PackEntry& entry) {
  return entry.uncompressed != 0 ? kCompressedEntry : kPlainEntry;
}

void putLength(std::byte*& out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) *out++ = static_cast<std::byte>(value >> (8 * i));
}

std::uint32_t getLength(const std::byte* in) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<std::uint32_t>(in[i]);
  return value;
}

Error corrupt(const char* what) { return Error(ErrorCode::Corrupt, what); }

}  // namespace

PackBuilder::PackBuilder(BlobType type, std::size_t capacity) : type_(type), capacity_(capacity) {
  bytes_.reserve(capacity);
}

bool PackBuilder::fits(std::size_t sealed) const {
  const std::size_t table = (entries_.size() + 1) * kCompressedEntry + kSealBytes + kLengthBytes;
  return entries_.empty() || bytes_.size() + sealed + table <= capacity_;
}

void PackBuilder::add(const Id& id, std::span<const std::byte> sealed, std::uint32_t uncompressed) {
  entries_.push_back({id, type_, static_cast<std::uint32_t>(bytes_.size()),
                      static_cast<std::uint32_t>(sealed.size()), uncompressed});
  bytes_.insert(bytes_.end(), sealed.begin(), sealed.end());
}

void PackBuilder::finish(Cipher& cipher) {
  Bytes table;
  for (const PackEntry& entry : entries_) {
    const std::size_t begin = table.size();
    table.resize(begin + entryBytes(entry));
    std::byte* out = table.data() + begin;
    const bool compressed = entry.uncompressed != 0;
    *out++ = static_cast<std::byte>(static_cast<int>(entry.type) + (compressed ? 2 : 0));
    putLength(out, entry.length);
    if (compressed) putLength(out, entry.uncompressed);
    std::memcpy(out, entry.id.bytes.data(), entry.id.bytes.size());
  }
  const std::size_t begin = bytes_.size();
  const std::size_t sealed = table.size() + kSealBytes;
  bytes_.resize(begin + sealed + kLengthBytes);
  cipher.seal(table, std::span(bytes_).subspan(begin, sealed));
  std::byte* out = bytes_.data() + begin + sealed;
  putLength(out, static_cast<std::uint32_t>(sealed));
}

void PackBuilder::reset() {
  bytes_.clear();
  entries_.clear();
}

std::uint64_t packSize(std::span<const PackEntry> entries) {
  std::uint64_t size = kSealBytes + kLengthBytes;
  for (const PackEntry& entry : entries) size += entry.length + entryBytes(entry);
  return size;
}

Result<std::uint32_t> packTableLength(std::span<const std::byte> lastFour, std::uint64_t size) {
  const std::uint32_t length = lastFour.size() == kLengthBytes ? getLength(lastFour.data()) : 0;
  if (length < kSealBytes + kPlainEntry || length > kLargestTable || length + kLengthBytes > size) {
    return corrupt("its last bytes are not the length of a table");
  }
  return length;
}

Result<std::vector<PackEntry>> parsePackTable(std::span<std::byte> sealed, Cipher& cipher) {
  auto opened = cipher.open(sealed);
  if (!opened) return opened.error().within("its table");
  std::span<const std::byte> table = *opened;
  std::vector<PackEntry> entries;
  std::uint64_t offset = 0;
  while (!table.empty()) {
    const auto type = static_cast<unsigned>(table[0]);
    const std::size_t size = type >= 2 ? kCompressedEntry : kPlainEntry;
    if (type > 3 || table.size() < size) return corrupt("its table has an unknown entry");
    PackEntry entry;
    entry.type = static_cast<BlobType>(type & 1);
    entry.offset = static_cast<std::uint32_t>(offset);
    entry.length = getLength(table.data() + 1);
    if (type >= 2) entry.uncompressed = getLength(table.data() + 5);
    std::memcpy(entry.id.bytes.data(), table.data() + size - 32, 32);
    offset += entry.length;
    if (entry.length < kSealBytes || offset > UINT32_MAX) {
      return corrupt("its table has an impossible length");
    }
    entries.push_back(entry);
    table = table.subspan(size);
  }
  return entries;
}

}  // namespace shopkeeper::backup
