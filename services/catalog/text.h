// Small text checks that the catalogue's parsers share. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::catalog {

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates.
bool isUtf8(std::string_view text);

// Without spaces, tabs and line ends on both sides.
std::string_view trimmed(std::string_view text);

// The non-empty, trimmed parts of "a|b|c".
std::vector<std::string> splitList(std::string_view text, char separator);

// The whole text as a finite decimal number; nothing otherwise.
std::optional<double> parseNumber(std::string_view text);

// At most `bytes` bytes, cut between characters, with "..." where something was cut; for messages.
std::string shortened(std::string_view text, std::size_t bytes);

}  // namespace shopkeeper::catalog
