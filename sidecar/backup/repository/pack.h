// Packs: files of many sealed blobs, with a sealed table of them at the end.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/result.h"
#include "sidecar/backup/repository/cipher.h"
#include "sidecar/backup/repository/id.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

// A blob in its pack.
struct PackEntry {
  Id id;
  BlobType type = BlobType::Data;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;        // sealed
  std::uint32_t uncompressed = 0;  // bytes of content; 0: it is not compressed

  // Bytes of content.
  std::uint32_t contentLength() const {
    return uncompressed != 0 ? uncompressed : length - static_cast<std::uint32_t>(kSealBytes);
  }
  bool operator==(const PackEntry&) const = default;
};

// Gathers sealed blobs of one type in memory. Not thread-safe.
class PackBuilder {
 public:
  // `capacity`: bytes at which a pack is full; memory is set aside once, and used as it fills.
  PackBuilder(BlobType type, std::size_t capacity);

  BlobType type() const { return type_; }
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  // Whether a blob of that many sealed bytes fits; the first one always does.
  bool fits(std::size_t sealed) const;
  void add(const Id& id, std::span<const std::byte> sealed, std::uint32_t uncompressed);

  // Writes the table. Afterwards bytes() is what the file holds.
  void finish(Cipher& cipher);
  std::span<const std::byte> bytes() const { return bytes_; }
  const std::vector<PackEntry>& entries() const { return entries_; }
  // Empty again, keeping its memory.
  void reset();

 private:
  BlobType type_;
  std::size_t capacity_;
  Bytes bytes_;
  std::vector<PackEntry> entries_;
};

// Bytes a finished pack of these entries has.
std::uint64_t packSize(std::span<const PackEntry> entries);

// The length of the sealed table, from the last four bytes of a pack of `size` bytes. Corrupt where
// that cannot be.
Result<std::uint32_t> packTableLength(std::span<const std::byte> lastFour, std::uint64_t size);
// Opens the table in place.
Result<std::vector<PackEntry>> parsePackTable(std::span<std::byte> sealed, Cipher& cipher);

}  // namespace shopkeeper::backup
