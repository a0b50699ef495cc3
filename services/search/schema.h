// What an index file holds, shared by the builder and the readers. Changing any of it, or the
// analyzer, raises kIndexFormat: older files are then rebuilt from the catalogue.
#pragma once

#include <string>
#include <string_view>

namespace shopkeeper::search {

inline constexpr int kIndexFormat = 1;

// The language a term was written in is its first letter: a product has both, a query prefers one.
enum class Language : char { English = 'E', Chinese = 'C' };

inline std::string languageTerm(Language language, std::string_view term) {
  std::string out(1, static_cast<char>(language));
  return out.append(term);
}

// Value slots, read into Columns when an index is opened.
namespace slot {
inline constexpr unsigned kBrand = 0;
inline constexpr unsigned kCategory = 1;
inline constexpr unsigned kCategoryZh = 2;
inline constexpr unsigned kCents = 3;       // price in hundredths, 0 where unknown
inline constexpr unsigned kPopularity = 4;  // 0..1
}  // namespace slot

// Metadata keys.
namespace meta {
inline constexpr const char* kVersion = "catalogue-version";
inline constexpr const char* kFormat = "index-format";
}  // namespace meta

}  // namespace shopkeeper::search
