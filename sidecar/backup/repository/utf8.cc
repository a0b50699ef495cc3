#include "sidecar/backup/repository/utf8.h"

namespace shopkeeper::backup {

Rune firstRune(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xf0 && first <= 0xf4   ? 4
                           : first >= 0xe0 && first <= 0xef ? 3
                           : first >= 0xc2 && first <= 0xdf ? 2
                                                            : 0;
  if (size == 0 || text.size() < size) return {};
  std::uint32_t value = first & (0xff >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3f);
  }
  const bool tooLong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  if (tooLong || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
  return {value, size};
}

void appendRune(std::string& out, std::uint32_t rune) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (rune < 0x80) {
    put(rune);
  } else if (rune < 0x800) {
    put(0xc0 | rune >> 6), put(0x80 | (rune & 0x3f));
  } else if (rune < 0x10000) {
    put(0xe0 | rune >> 12), put(0x80 | (rune >> 6 & 0x3f)), put(0x80 | (rune & 0x3f));
  } else {
    put(0xf0 | rune >> 18), put(0x80 | (rune >> 12 & 0x3f));
    put(0x80 | (rune >> 6 & 0x3f)), put(0x80 | (rune & 0x3f));
  }
}

bool validUtf8(std::string_view text) {
  while (!text.empty()) {
    const Rune rune = firstRune(text);
    if (rune.size == 0) return false;
    text.remove_prefix(rune.size);
  }
  return true;
}

}  // namespace shopkeeper::backup
