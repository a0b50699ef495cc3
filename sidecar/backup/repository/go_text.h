// Text as Go's standard library writes it, in which the restic format is defined.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper::backup {

// A JSON string, quotes included, as encoding/json has it: <, > and & are escaped, bytes that are
// not UTF-8 become U+FFFD.
void appendJsonString(std::string& out, std::string_view text);

// strconv.Quote without the outer quotes: names of files, which may be any bytes, as UTF-8. Go asks
// its Unicode tables what is printable, this asks a short list: for a rune on which they differ
// both readers still get the same name.
std::string quoteName(std::string_view name);
std::optional<std::string> unquoteName(std::string_view quoted);

// Nanoseconds since 1970 in two parts, so that every time a file can have fits.
struct Timestamp {
  std::int64_t seconds = 0;
  std::uint32_t nanos = 0;
  auto operator<=>(const Timestamp&) const = default;
};

// RFC 3339 in UTC with as many digits as are needed; years beyond 0 to 9999 are moved to the edge.
void appendTime(std::string& out, Timestamp time);
// The same with any offset.
std::optional<Timestamp> parseTime(std::string_view text);

// RFC 4648, with padding: Go's []byte in JSON.
std::string toBase64(std::string_view bytes);
std::optional<std::string> fromBase64(std::string_view text);

}  // namespace shopkeeper::backup
