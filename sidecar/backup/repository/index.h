// Which pack holds which blob: all of a repository's index, in memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/result.h"
#include "sidecar/backup/repository/id.h"
#include "sidecar/backup/repository/pack.h"

namespace shopkeeper::backup {

// A pack and what is in it, as index files list them.
struct IndexedPack {
  Id id;
  std::vector<PackEntry> entries;
};

// Index files, JSON: {"packs":[{"id","blobs":[{"id","type","offset","length",...}]}]}.
std::string toJson(std::span<const IndexedPack> packs);
Result<std::vector<IndexedPack>> parseIndex(std::string_view json);

// 48 bytes a blob, sorted: a million blobs, about a terabyte, take 46 MiB. Reading is thread-safe
// after sort().
class BlobIndex {
 public:
  class Location {
   public:
    const Id& id() const { return id_; }
    BlobType type() const { return static_cast<BlobType>(pack_ >> 31); }
    std::uint32_t pack() const { return pack_ & 0x7fffffff; }  // for packId()
    std::uint32_t offset() const { return offset_; }
    std::uint32_t length() const { return length_; }
    std::uint32_t uncompressed() const { return uncompressed_; }
    PackEntry entry() const { return {id_, type(), offset_, length_, uncompressed_}; }

   private:
    friend class BlobIndex;
    Id id_;
    std::uint32_t pack_ = 0;  // the highest bit: the type
    std::uint32_t offset_ = 0, length_ = 0, uncompressed_ = 0;
  };
  static_assert(sizeof(Location) == 48);

  // A pack that was added already is passed over. sort() before the next look-up.
  void add(const IndexedPack& pack);
  void sort();

  // Every place that has the blob: usually one, none where it is not stored.
  std::span<const Location> find(BlobType type, const Id& id) const;
  bool has(BlobType type, const Id& id) const { return !find(type, id).empty(); }
  bool hasPack(const Id& id) const { return packNumbers_.contains(id); }

  const Id& packId(std::uint32_t pack) const { return packs_[pack]; }
  std::span<const Id> packs() const { return packs_; }
  std::span<const Location> blobs() const { return blobs_; }

 private:
  std::vector<Location> blobs_;
  std::vector<Id> packs_;
  std::unordered_map<Id, std::uint32_t, IdHash> packNumbers_;
};

}  // namespace shopkeeper::backup
