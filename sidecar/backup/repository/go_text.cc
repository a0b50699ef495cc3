#include "sidecar/backup/repository/go_text.h"

#include <algorithm>

#include "sidecar/backup/repository/utf8.h"

namespace shopkeeper::backup {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void appendHex(std::string& out, std::uint32_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i) out += kHex[value >> (4 * i) & 15];
}

// Stays what it is in both forms. Most text is this.
bool plain(char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

// Moves the plain characters `text` begins with to `out`.
void movePlain(std::string& out, std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), plain);
  out.append(text.begin(), end);
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
}

bool printable(std::uint32_t rune) {
  struct Range {
    std::uint32_t first, last;
  };
  // Controls, spaces other than ' ', invisible formatting, private use, no characters.
  static constexpr Range kHidden[] = {
      {0x00, 0x1f},     {0x7f, 0xa0},     {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},
      {0x6dd, 0x6dd},   {0x70f, 0x70f},   {0x1680, 0x1680},   {0x180e, 0x180e},   {0x2000, 0x200f},
      {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},   {0xe000, 0xf8ff},   {0xfeff, 0xfeff},
      {0xfff9, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff}};
  return std::none_of(std::begin(kHidden), std::end(kHidden), [&](const Range& range) {
    return rune >= range.first && rune <= range.last;
  });
}

struct Escape {
  char letter;
  char meaning;
};
constexpr Escape kEscapes[] = {{'a', '\a'}, {'b', '\b'}, {'f', '\f'},  {'n', '\n'}, {'r', '\r'},
                               {'t', '\t'}, {'v', '\v'}, {'\\', '\\'}, {'"', '"'},  {'\'', '\''}};

std::optional<std::uint32_t> number(std::string_view text, std::size_t digits, unsigned base) {
  if (text.size() < digits) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[i];
    const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                           : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                           : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                                  : 99;
    if (digit >= base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

// Takes one escape, the backslash already gone, off `text`.
bool unescape(std::string_view& text, std::string& out) {
  if (text.empty()) return false;
  const char letter = text[0];
  for (const Escape& escape : kEscapes) {
    if (letter != escape.letter) continue;
    out += escape.meaning;
    text.remove_prefix(1);
    return true;
  }
  const bool octal = letter >= '0' && letter <= '7';
  const std::size_t digits = octal           ? 3
                             : letter == 'x' ? 2
                             : letter == 'u' ? 4
                             : letter == 'U' ? 8
                                             : 0;
  if (digits == 0) return false;
  if (!octal) text.remove_prefix(1);
  const auto value = number(text, digits, octal ? 8 : 16);
  if (!value) return false;
  text.remove_prefix(digits);
  if (digits <= 3) {
    if (*value > 255) return false;
    out += static_cast<char>(*value);
    return true;
  }
  if (*value > 0x10ffff || (*value >= 0xd800 && *value <= 0xdfff)) return false;
  appendRune(out, *value);
  return true;
}

}  // namespace

void appendJsonString(std::string& out, std::string_view text) {
  out += '"';
  for (movePlain(out, text); !text.empty(); movePlain(out, text)) {
    const Rune rune = firstRune(text);
    const std::string_view piece = text.substr(0, std::max<std::size_t>(rune.size, 1));
    text.remove_prefix(piece.size());
    const char c = piece[0];
    if (rune.size == 0) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out += '\\', out += c;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += '\\', out += c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
    } else if (rune.value < 0x20 || c == '<' || c == '>' || c == '&' || rune.value == 0x2028 ||
               rune.value == 0x2029) {
      out += "\\u", appendHex(out, rune.value, 4);
    } else {
      out += piece;
    }
  }
  out += '"';
}

std::string quoteName(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (movePlain(out, name); !name.empty(); movePlain(out, name)) {
    const Rune rune = firstRune(name);
    const std::string_view piece = name.substr(0, std::max<std::size_t>(rune.size, 1));
    name.remove_prefix(piece.size());
    const char c = piece[0];
    const auto* escape = std::find_if(std::begin(kEscapes), std::end(kEscapes),
                                      [&](const Escape& e) { return e.meaning == c && c != '\''; });
    if (escape != std::end(kEscapes)) {
      out += '\\', out += escape->letter;
    } else if (rune.size == 0 || (rune.size == 1 && !printable(rune.value))) {
      out += "\\x", appendHex(out, static_cast<unsigned char>(c), 2);
    } else if (printable(rune.value)) {
      out += piece;
    } else {
      out += rune.value < 0x10000 ? "\\u" : "\\U";
      appendHex(out, rune.value, rune.value < 0x10000 ? 4 : 8);
    }
  }
  return out;
}

std::optional<std::string> unquoteName(std::string_view quoted) {
  std::string out;
  out.reserve(quoted.size());
  while (!quoted.empty()) {
    const char c = quoted[0];
    quoted.remove_prefix(1);
    if (c == '"' || c == '\n') return std::nullopt;
    if (c != '\\') {
      out += c;
    } else if (!unescape(quoted, out)) {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace shopkeeper::backup
