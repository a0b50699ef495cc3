// UTF-8, one code point at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shopkeeper::backup {

struct Rune {
  std::uint32_t value = 0;
  std::size_t size = 0;  // bytes; 0: not UTF-8
};

// The code point `text`, which is not empty, begins with. Surrogates and overlong forms are not
// UTF-8.
Rune firstRune(std::string_view text);

void appendRune(std::string& out, std::uint32_t rune);

bool validUtf8(std::string_view text);

}  // namespace shopkeeper::backup
