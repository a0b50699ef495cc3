// Character classes and folding, for the analyzer.
#pragma once

#include <string>
#include <string_view>

namespace shopkeeper::search {

// Han, Kana and Hangul: written without blanks between words.
bool isCjk(unsigned codePoint);

// Letters, digits and combining marks of all other scripts.
bool isWordCharacter(unsigned codePoint);

// Full-width ASCII becomes ASCII, anything else stays.
unsigned narrow(unsigned codePoint);

// Appends the folded form: narrow, lower case, Latin letters without diacritics.
void appendFolded(std::string& out, unsigned codePoint);

// True where the bytes are well-formed UTF-8 without overlong forms and surrogates.
bool isUtf8(std::string_view text);

// Number of code points in well-formed UTF-8.
std::size_t codePoints(std::string_view text);

}  // namespace shopkeeper::search
