// Writes JSON byte for byte as Go does, without building it in memory.
#pragma once

#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sidecar/backup/repository/go_text.h"
#include "sidecar/backup/repository/id.h"

namespace shopkeeper::backup {

// Each call appends `before`, which holds the key and all punctuation (",\"uid\":"), and a value.
class JsonWriter {
 public:
  void raw(std::string_view text) { out_ += text; }
  void text(std::string_view before, std::string_view value) {
    out_ += before;
    appendJsonString(out_, value);
  }
  void number(std::string_view before, std::uint64_t value) {
    char digits[20];
    out_ += before;
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  void boolean(std::string_view before, bool value) {
    out_ += before;
    out_ += value ? "true" : "false";
  }
  void time(std::string_view before, Timestamp value) {
    out_ += before;
    out_ += '"';
    appendTime(out_, value);
    out_ += '"';
  }
  void id(std::string_view before, const Id& value) {
    out_ += before;
    out_ += '"';
    out_ += toHex(value);
    out_ += '"';
  }
  void texts(std::string_view before, std::span<const std::string> values) {
    out_ += before;
    out_ += '[';
    for (const std::string& value : values) text(&value == values.data() ? "" : ",", value);
    out_ += ']';
  }
  // What omitempty leaves out.
  void some(std::string_view before, std::uint64_t value) {
    if (value != 0) number(before, value);
  }
  void someText(std::string_view before, std::string_view value) {
    if (!value.empty()) text(before, value);
  }

  void reserve(std::size_t bytes) { out_.reserve(bytes); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace shopkeeper::backup
