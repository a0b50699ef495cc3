// Data that looks random and is the same everywhere.
#pragma once

#include <cstdint>
#include <cstring>

#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

// `size`, a multiple of 8, bytes of splitmix64, little endian.
inline Bytes randomBytes(std::uint64_t seed, std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; i += 8) {
    std::uint64_t z = (seed += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    std::memcpy(bytes.data() + i, &z, 8);
  }
  return bytes;
}

inline std::span<const std::byte> asBytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace shopkeeper::backup
