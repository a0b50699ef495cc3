// What GET /v1/search was asked for, checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "services/search/schema.h"

namespace shopkeeper::search {

enum class Sort { Relevance, PriceAscending, PriceDescending };

struct SearchRequest {
  std::string query;  // may be empty: browse by popularity
  Language language = Language::English;
  std::vector<std::string> brands;      // any of these; empty: all
  std::vector<std::string> categories;  // English or Chinese names, any of these; empty: all
  std::optional<std::int64_t> minCents, maxCents;  // both inclusive
  Sort sort = Sort::Relevance;
  unsigned offset = 0;
  unsigned limit = 20;
};

namespace limits {
inline constexpr std::size_t kQueryCharacters = 256;
inline constexpr unsigned kLimit = 100;
inline constexpr unsigned kOffset = 10'000;
inline constexpr std::size_t kFilterValues = 50;
inline constexpr std::size_t kFilterCharacters = 200;
inline constexpr double kPrice = 1e9;
}  // namespace limits

// From the query string of the URL. Without `lang` a query with Chinese characters prefers Chinese,
// any other English. InvalidArgument with one sentence naming the parameter; unknown parameters
// are ignored.
Result<SearchRequest> parseSearchRequest(std::string_view queryString);

}  // namespace shopkeeper::search
