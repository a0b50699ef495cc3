// Which part of the users a person belongs to: the same in every sidecar and for every upstream, so
// that one person sees one version of the guide in all its services. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace shopkeeper::sidecar {

inline constexpr int kUserBuckets = 10'000;

// FNV-1a over the id, then MurmurHash3's finaliser, whose low bits are as good as its high ones.
// Part of the contract between sidecars of different versions: never changes.
constexpr std::uint64_t userHash(std::string_view id) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

// 0 to 9999.
constexpr int userBucket(std::uint64_t hash) { return static_cast<int>(hash % kUserBuckets); }

}  // namespace shopkeeper::sidecar
