// Streams of bytes to read a catalogue from: a file, memory, or what gzip packed into either.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"

namespace shopkeeper::catalog {

// Not thread-safe: one reader at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills at most `size` bytes; 0 only at the end.
  virtual Result<std::size_t> read(char* buffer, std::size_t size) = 0;
};

// NotFound, PermissionDenied or Unavailable with the path and the system's reason.
Result<std::unique_ptr<ByteSource>> openFile(const std::string& path);

// `bytes` must outlive the source.
std::unique_ptr<ByteSource> memorySource(std::string_view bytes);

// Unpacks gzip (RFC 1952, several members too) where the first two bytes are its magic, and passes
// everything else through. Corrupt for damaged or cut-off data: each member's length and CRC-32 are
// checked. TooLarge once more than `maxBytes` came out, whatever came in.
std::unique_ptr<ByteSource> inflated(std::unique_ptr<ByteSource> packed, std::uint64_t maxBytes);

}  // namespace shopkeeper::catalog
