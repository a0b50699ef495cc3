// What names a blob or a file of a repository: the SHA-256 of its content.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper::backup {

struct Id {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Id&) const = default;
};

// 64 lower-case hexadecimal digits.
std::string toHex(const Id& id);
std::optional<Id> parseId(std::string_view hex);

// Ids are uniformly distributed, so their first bytes are a hash.
struct IdHash {
  std::size_t operator()(const Id& id) const {
    std::size_t hash;
    std::memcpy(&hash, id.bytes.data(), sizeof hash);
    return hash;
  }
};

// Parts of files, or listings of directories. The two never share a pack.
enum class BlobType : std::uint8_t { Data = 0, Tree = 1 };

inline const char* toString(BlobType type) { return type == BlobType::Data ? "data" : "tree"; }

}  // namespace shopkeeper::backup
