// SQLite's write-ahead log and its index, read byte by byte. Pure.
// Source: "WAL-mode File Format", sqlite.org/walformat.html.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "common/result.h"

namespace shopkeeper::backup {

inline constexpr std::size_t kLogHeaderBytes = 32;
inline constexpr std::size_t kFrameHeaderBytes = 24;
inline constexpr std::size_t kLogIndexBytes = 96;  // two copies of what is read of it

// Tells one log from the next that overwrites it in the same file.
using LogSalt = std::array<std::uint8_t, 8>;

// Whether `next` is what SQLite calls the log that it writes directly after `previous`: the first
// half is one more, the second one is random.
bool follows(const LogSalt& next, const LogSalt& previous);

// The sum over all that a log holds up to a place.
struct LogChecksum {
  std::uint32_t first = 0, second = 0;
  bool operator==(const LogChecksum&) const = default;
};

struct LogHeader {
  std::uint32_t pageSize = 0;
  LogSalt salt{};
  bool bigEndian = false;  // how the checksum reads its words
  LogChecksum checksum;
};

// Corrupt where it is none.
Result<LogHeader> parseLogHeader(std::span<const std::byte> bytes);

// What SQLite itself takes for committed, from the "-shm" file.
struct LogIndex {
  LogSalt salt{};
  std::uint32_t pageSize = 0;
  std::uint32_t frames = 0;  // those that are committed
  LogChecksum checksum;      // up to them

  // Where they end in the log.
  std::uint64_t end() const {
    return frames == 0 ? 0
                       : kLogHeaderBytes + std::uint64_t{frames} * (kFrameHeaderBytes + pageSize);
  }
};

// Nothing while it is being written: look again.
std::optional<LogIndex> parseLogIndex(std::span<const std::byte> bytes);

// Checks a log's bytes as they come, from its beginning.
class LogReader {
 public:
  explicit LogReader(const LogHeader& header) : header_(header), checksum_(header.checksum) {}

  // How many of `bytes`, whole frames that follow what was taken so far, belong to this log and are
  // undamaged: always whole frames.
  std::size_t take(std::span<const std::byte> bytes);

  const LogHeader& header() const { return header_; }
  std::size_t frameBytes() const { return kFrameHeaderBytes + header_.pageSize; }
  std::uint64_t end() const { return end_; }  // of what was taken, in the log
  const LogChecksum& checksum() const { return checksum_; }
  bool endsTransaction() const { return endsTransaction_; }

 private:
  LogHeader header_;
  std::uint64_t end_ = kLogHeaderBytes;
  LogChecksum checksum_;
  bool endsTransaction_ = true;
};

}  // namespace shopkeeper::backup
