#include "sidecar/backup/repository/json_reader.h"

#include <algorithm>
#include <charconv>

#include "sidecar/backup/repository/utf8.h"

namespace shopkeeper::backup {

void JsonReader::space() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
    ++at_;
  }
}

bool JsonReader::take(char c) {
  space();
  if (failed_ || at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool JsonReader::takeWord(std::string_view word) {
  space();
  if (failed_ || text_.substr(at_, word.size()) != word) return false;
  at_ += word.size();
  return true;
}

bool JsonReader::atEnd() {
  space();
  return !failed_ && at_ == text_.size();
}

bool JsonReader::begin(char bracket) {
  if (!take(bracket)) return fail();
  first_ = true;
  return true;
}

bool JsonReader::next(char end) {
  if (failed_) return false;
  const bool first = first_;
  first_ = false;
  if (take(end)) return false;
  if (!first && !take(',')) return fail();
  return true;
}

bool JsonReader::nextKey(std::string_view& key) {
  if (!next('}')) return false;
  key = string();
  if (!take(':')) return fail();
  return true;
}

std::string_view JsonReader::string() {
  if (!take('"')) return fail(), std::string_view();
  const std::size_t begin = at_;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '"') return text_.substr(begin, at_++ - begin);
    if (c == '\\') return unescaped(begin);
    if (static_cast<unsigned char>(c) < 0x20) break;
  }
  fail();
  return {};
}

std::string_view JsonReader::unescaped(std::size_t from) {
  scratch_.assign(text_, from, at_ - from);
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '"') return scratch_;
    if (static_cast<unsigned char>(c) < 0x20) break;
    if (c != '\\') {
      scratch_ += c;
    } else if (!escape()) {
      break;
    }
  }
  fail();
  return {};
}

bool JsonReader::codeUnit(std::uint32_t& unit) {
  if (text_.size() - at_ < 4) return false;
  const char* const begin = text_.data() + at_;
  const auto [end, error] = std::from_chars(begin, begin + 4, unit, 16);
  at_ += 4;
  return error == std::errc() && end == begin + 4;
}

bool JsonReader::escape() {
  if (at_ >= text_.size()) return false;
  const char c = text_[at_++];
  switch (c) {
    case '"':
    case '\\':
    case '/':
      scratch_ += c;
      return true;
    case 'b':
      scratch_ += '\b';
      return true;
    case 'f':
      scratch_ += '\f';
      return true;
    case 'n':
      scratch_ += '\n';
      return true;
    case 'r':
      scratch_ += '\r';
      return true;
    case 't':
      scratch_ += '\t';
      return true;
    case 'u':
      break;
    default:
      return false;
  }
  std::uint32_t unit = 0;
  if (!codeUnit(unit)) return false;
  if (unit >= 0xd800 && unit <= 0xdbff && text_.substr(at_, 2) == "\\u") {
    at_ += 2;
    std::uint32_t low = 0;
    if (!codeUnit(low)) return false;
    if (low < 0xdc00 || low > 0xdfff) return false;
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  }
  if (unit >= 0xd800 && unit <= 0xdfff) unit = 0xfffd;
  appendRune(scratch_, unit);
  return true;
}

std::uint64_t JsonReader::number() {
  space();
  std::uint64_t value = 0;
  if (failed_) return 0;
  const char* const begin = text_.data() + at_;
  const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
  at_ += static_cast<std::size_t>(end - begin);
  const char after = at_ < text_.size() ? text_[at_] : ' ';
  if (error != std::errc() || after == '.' || after == 'e' || after == 'E') return fail(), 0;
  return value;
}

bool JsonReader::boolean() {
  if (takeWord("true")) return true;
  if (!takeWord("false")) fail();
  return false;
}

bool JsonReader::null() { return takeWord("null"); }

void JsonReader::skip() {
  std::uint64_t objects = 0;  // bit i: the container at depth i is an object
  for (int depth = 0;;) {
    space();
    const char c = !failed_ && at_ < text_.size() ? text_[at_] : '\0';
    if (c == '{' || c == '[') {
      if (depth == 64) return void(fail());
      objects = (objects & ~(std::uint64_t{1} << depth)) | std::uint64_t{c == '{'} << depth;
      ++depth;
      begin(c);
    } else if (c == '"') {
      string();
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      at_ = std::min(text_.find_first_not_of("+-.eE0123456789", at_), text_.size());
    } else if (!takeWord("true") && !takeWord("false") && !takeWord("null")) {
      return void(fail());
    }
    // Closes what ends here and moves to the next value.
    while (depth > 0) {
      std::string_view key;
      if ((objects >> (depth - 1) & 1) != 0 ? nextKey(key) : nextElement()) break;
      if (failed_) return;
      --depth;
    }
    if (depth == 0 || failed_) {
      first_ = false;
      return;
    }
  }
}

}  // namespace shopkeeper::backup
