// HTTP messages as values, shared by our client interface and our server.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shopkeeper::http {

// Header fields in the order they came. Names compare case-insensitively.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  void add(std::string name, std::string value);
  // Replaces every field of that name by one.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);

  // The first value of that name.
  std::optional<std::string_view> get(std::string_view name) const;
  bool has(std::string_view name) const { return get(name).has_value(); }

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

namespace detail {
bool sameIgnoringCase(std::string_view a, std::string_view b);  // of equal length
}
// Nearly all comparisons of names end here, at their lengths or first letters.
inline bool equalsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  return a.empty() || (((a.front() ^ b.front()) & ~0x20) == 0 && detail::sameIgnoringCase(a, b));
}

struct Request {
  std::string method = "GET";
  std::string target = "/";  // path and query, percent-encoded as it came
  Headers headers;
  std::string body;
  std::string peer;  // "10.0.0.7:51234", empty in tests and on clients

  std::string_view path() const;   // target up to '?'
  std::string_view query() const;  // target after '?', or empty

  // The first value of a query parameter, decoded; nothing where it is absent.
  std::optional<std::string> param(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// Percent-decoding; '+' becomes a space where `plusIsSpace`. A broken escape stays as it is.
std::string percentDecode(std::string_view text, bool plusIsSpace);
// Encodes all but RFC 3986 unreserved characters.
std::string percentEncode(std::string_view text);

// The standard phrase of a status code ("Not Found"), or "Unknown".
std::string_view reasonPhrase(int status);

}  // namespace shopkeeper::http
