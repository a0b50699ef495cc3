// Heads of HTTP/1.1 messages as the relay sees them. Views point into the parser that made them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace shopkeeper::sidecar {

struct Field {
  std::string_view name;
  std::string_view value;
};

// How the end of a body is known (RFC 9112, section 6.3).
enum class Framing { None, Length, Chunked, UntilClose };

struct MessageHead {
  bool http11 = true;
  bool keepAlive = true;  // what the sender asked for or its version implies
  Framing framing = Framing::None;
  std::uint64_t length = 0;  // with Framing::Length
  std::vector<Field> fields;

  // The value of the first such field, or an empty view.
  std::string_view get(std::string_view name) const;
  // Whether `token` is in a comma-separated list field of that name. Case-insensitive.
  bool hasToken(std::string_view name, std::string_view token) const;
  int count(std::string_view name) const;
};

struct RequestHead : MessageHead {
  std::string_view method;
  std::string_view target;
  bool expectContinue = false;
};

struct ResponseHead : MessageHead {
  int status = 0;
  std::string_view reason;
};

// The items of a comma-separated list, without surrounding white space; empty items are skipped.
template <class Fn>
void forEachToken(std::string_view list, Fn fn) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (!item.empty()) fn(item);
  }
}

}  // namespace shopkeeper::sidecar
