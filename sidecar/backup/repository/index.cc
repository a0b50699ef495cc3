#include "sidecar/backup/repository/index.h"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace shopkeeper::backup {
namespace {

// The first bytes as a number in the order of ids.
std::uint64_t prefix(const Id& id) {
  std::uint32_t value;
  std::memcpy(&value, id.bytes.data(), sizeof value);
  return __builtin_bswap32(value);
}

}  // namespace

void BlobIndex::add(const IndexedPack& pack) {
  const auto number = static_cast<std::uint32_t>(packs_.size());
  if (!packNumbers_.try_emplace(pack.id, number).second) return;
  packs_.push_back(pack.id);
  for (const PackEntry& entry : pack.entries) {
    Location& location = blobs_.emplace_back();
    location.id_ = entry.id;
    location.pack_ = number | static_cast<std::uint32_t>(entry.type) << 31;
    location.offset_ = entry.offset;
    location.length_ = entry.length;
    location.uncompressed_ = entry.uncompressed;
  }
}

void BlobIndex::sort() {
  std::sort(blobs_.begin(), blobs_.end(), [](const Location& a, const Location& b) {
    return std::tie(a.id_, a.pack_, a.offset_) < std::tie(b.id_, b.pack_, b.offset_);
  });
}

std::span<const BlobIndex::Location> BlobIndex::find(BlobType type, const Id& id) const {
  // Ids are uniform: the place is about where its prefix says, and is bracketed from there.
  const std::size_t size = blobs_.size();
  const std::size_t guess = prefix(id) * size >> 32;
  std::size_t low = guess, high = guess, step = 8;
  while (low > 0 && !(blobs_[low - 1].id_ < id)) {
    low -= std::min(low, step);
    step *= 2;
  }
  for (step = 8; high < size && blobs_[high].id_ < id; step *= 2) {
    high += std::min(size - high, step);
  }
  auto begin = std::lower_bound(blobs_.begin() + static_cast<std::ptrdiff_t>(low),
                                blobs_.begin() + static_cast<std::ptrdiff_t>(high), id,
                                [](const Location& a, const Id& b) { return a.id_ < b; });
  // Data sorts before trees, as the type is the pack number's highest bit.
  while (begin != blobs_.end() && begin->id_ == id && begin->type() < type) ++begin;
  auto end = begin;
  while (end != blobs_.end() && end->id_ == id && end->type() == type) ++end;
  return {begin, end};
}

}  // namespace shopkeeper::backup
