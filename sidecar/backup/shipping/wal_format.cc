#include "sidecar/backup/shipping/wal_format.h"

#include <bit>
#include <cstring>

namespace shopkeeper::backup {
namespace {

constexpr std::uint32_t kMagic = 0x377f0682;  // the lowest bit: big-endian checksums
constexpr std::uint32_t kVersion = 3007000;

std::uint32_t big32(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint32_t>(bytes[at]) << 24 |
         std::to_integer<std::uint32_t>(bytes[at + 1]) << 16 |
         std::to_integer<std::uint32_t>(bytes[at + 2]) << 8 |
         std::to_integer<std::uint32_t>(bytes[at + 3]);
}

std::uint32_t native32(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t word;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

LogSalt saltAt(std::span<const std::byte> bytes, std::size_t at) {
  LogSalt salt;
  std::memcpy(salt.data(), bytes.data() + at, salt.size());
  return salt;
}

// A whole number of pairs of words.
LogChecksum add(LogChecksum sum, std::span<const std::byte> bytes, bool bigEndian) {
  const bool swap = bigEndian != (std::endian::native == std::endian::big);
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    const std::uint32_t one = native32(bytes, at);
    const std::uint32_t two = native32(bytes, at + 4);
    sum.first += (swap ? __builtin_bswap32(one) : one) + sum.second;
    sum.second += (swap ? __builtin_bswap32(two) : two) + sum.first;
  }
  return sum;
}

bool isPageSize(std::uint32_t size) {
  return size >= 512 && size <= 65536 && std::has_single_bit(size);
}

}  // namespace

bool follows(const LogSalt& next, const LogSalt& previous) {
  const auto number = [](const LogSalt& salt) {
    return std::uint32_t{salt[0]} << 24 | std::uint32_t{salt[1]} << 16 |
           std::uint32_t{salt[2]} << 8 | std::uint32_t{salt[3]};
  };
  return number(next) == number(previous) + 1;
}

Result<LogHeader> parseLogHeader(std::span<const std::byte> bytes) {
  const Error none(ErrorCode::Corrupt, "not the beginning of a write-ahead log");
  if (bytes.size() < kLogHeaderBytes || (big32(bytes, 0) & ~1U) != kMagic ||
      big32(bytes, 4) != kVersion) {
    return none;
  }
  LogHeader header;
  header.bigEndian = (big32(bytes, 0) & 1U) != 0;
  header.pageSize = big32(bytes, 8);
  header.salt = saltAt(bytes, 16);
  header.checksum = {big32(bytes, 24), big32(bytes, 28)};
  if (!isPageSize(header.pageSize)) return none;
  if (add({}, bytes.first(24), header.bigEndian) != header.checksum) return none;
  return header;
}

// Of each copy: version 0, initialised 12, page size 14, frames 16, checksum of the frames 24,
// salt 32, checksum of the copy 40; numbers in the machine's order.
std::optional<LogIndex> parseLogIndex(std::span<const std::byte> bytes) {
  constexpr std::size_t kCopy = 48;
  if (bytes.size() < kLogIndexBytes) return std::nullopt;
  if (std::memcmp(bytes.data(), bytes.data() + kCopy, kCopy) != 0) return std::nullopt;
  if (native32(bytes, 0) != kVersion || bytes[12] == std::byte{0}) return std::nullopt;
  const LogChecksum own{native32(bytes, 40), native32(bytes, 44)};
  if (add({}, bytes.first(40), std::endian::native == std::endian::big) != own) {
    return std::nullopt;
  }
  LogIndex index;
  std::uint16_t size;
  std::memcpy(&size, bytes.data() + 14, sizeof size);
  index.pageSize = (size & 0xfe00U) + ((size & 1U) << 16);
  index.frames = native32(bytes, 16);
  index.checksum = {native32(bytes, 24), native32(bytes, 28)};
  index.salt = saltAt(bytes, 32);
  if (index.frames > 0 && !isPageSize(index.pageSize)) return std::nullopt;
  return index;
}

std::size_t LogReader::take(std::span<const std::byte> bytes) {
  std::size_t taken = 0;
  while (bytes.size() - taken >= frameBytes()) {
    const auto frame = bytes.subspan(taken, frameBytes());
    if (saltAt(frame, 8) != header_.salt) break;
    LogChecksum sum = add(checksum_, frame.first(8), header_.bigEndian);
    sum = add(sum, frame.subspan(kFrameHeaderBytes), header_.bigEndian);
    if (sum != LogChecksum{big32(frame, 16), big32(frame, 20)} || big32(frame, 0) == 0) break;
    checksum_ = sum;
    endsTransaction_ = big32(frame, 4) != 0;
    taken += frameBytes();
  }
  end_ += taken;
  return taken;
}

}  // namespace shopkeeper::backup
