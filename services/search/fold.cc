#include "services/search/fold.h"

#include <xapian.h>

#include <array>
#include <cstdint>

namespace shopkeeper::search {
namespace {

// U+00C0..U+017F without diacritics, one blank where a letter has no plain form.
constexpr std::string_view kLatin =
    "aaaaaaaceeeeiiiidnooooo ouuuuy saaaaaaaceeeeiiiidnooooo ouuuuy y"          // 00C0..00FF
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkk "                 // 0100..0138
    "llllllllllnnnnnn nnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";  // 0139..017F
static_assert(kLatin.size() == 0x17F - 0xC0 + 1);

struct Range {
  unsigned first, last;
};
constexpr std::array<Range, 9> kCjk{{{0x3005, 0x3007},
                                     {0x3040, 0x30FF},
                                     {0x31F0, 0x31FF},
                                     {0x3400, 0x4DBF},
                                     {0x4E00, 0x9FFF},
                                     {0xAC00, 0xD7AF},
                                     {0xF900, 0xFAFF},
                                     {0x20000, 0x2FA1F},
                                     {0x30000, 0x3134F}}};

}  // namespace

bool isCjk(unsigned c) {
  if (c < 0x3005) return false;
  for (const Range& r : kCjk) {
    if (c >= r.first && c <= r.last) return c != 0x30FB;  // the middle dot separates
  }
  return false;
}

unsigned narrow(unsigned c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + 0x21;
  if (c == 0x3000) return ' ';
  return c;
}

bool isWordCharacter(unsigned c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return !isCjk(c) && Xapian::Unicode::is_wordchar(c);
}

void appendFolded(std::string& out, unsigned c) {
  c = narrow(c);
  if (c < 0x80) {
    out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return;
  }
  if (c >= 0xC0 && c <= 0x17F && kLatin[c - 0xC0] != ' ') {
    if (c == 0xC6 || c == 0xE6) {
      out += "ae";
    } else if (c == 0xDF) {
      out += "ss";
    } else if (c == 0x152 || c == 0x153) {
      out += "oe";
    } else {
      out += kLatin[c - 0xC0];
    }
    return;
  }
  if (c >= 0x300 && c <= 0x36F) return;  // combining marks
  Xapian::Unicode::append_utf8(out, Xapian::Unicode::tolower(c));
}

bool isUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || i + more >= text.size()) return false;
    unsigned c = lead & (0x3F >> more);
    for (int k = 1; k <= more; ++k) {
      const auto next = static_cast<std::uint8_t>(text[i + k]);
      if ((next & 0xC0) != 0x80) return false;
      c = c << 6 | (next & 0x3F);
    }
    constexpr unsigned kSmallest[] = {0, 0x80, 0x800, 0x10000};
    if (c < kSmallest[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
    i += more + 1;
  }
  return true;
}

std::size_t codePoints(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) n += (static_cast<std::uint8_t>(c) & 0xC0) != 0x80;
  return n;
}

}  // namespace shopkeeper::search
