// Reads JSON piece by piece, without building it in memory: listings and indexes of tens of
// megabytes are read at every run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shopkeeper::backup {

// The caller asks for what should come next; the first surprise makes every later call fail, so
// that only failed() at the end must be looked at. Nesting of skipped values is limited to 64. Not
// thread-safe; `text` must outlive the reader.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  bool failed() const { return failed_; }
  // Only white space is left, and nothing failed.
  bool atEnd();

  // After beginObject: each member's key, until false. The caller reads or skips the value.
  bool beginObject() { return begin('{'); }
  bool nextKey(std::string_view& key);
  // After beginArray: true before each element, until false.
  bool beginArray() { return begin('['); }
  bool nextElement() { return next(']'); }

  // Valid until the next string or key is read.
  std::string_view string();
  std::uint64_t number();
  bool boolean();
  // Takes a null, where there is one.
  bool null();
  void skip();

 private:
  bool begin(char bracket);
  bool next(char end);
  void space();
  bool take(char c);
  bool takeWord(std::string_view word);
  std::string_view unescaped(std::size_t from);
  bool escape();
  bool codeUnit(std::uint32_t& unit);
  bool fail() {
    failed_ = true;
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool first_ = false;  // the next element of the innermost container is its first
  bool failed_ = false;
  std::string scratch_;
};

}  // namespace shopkeeper::backup
