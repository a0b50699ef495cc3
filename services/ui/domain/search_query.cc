#include "services/ui/domain/search_query.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace shopkeeper::ui {
namespace {

constexpr std::size_t kMaxText = 256;  // characters, as the search service allows
constexpr std::size_t kMaxValues = 20;
constexpr int kMaxLimit = 60;
constexpr int kMaxOffset = 5'000;

Error bad(std::string message) { return Error(ErrorCode::InvalidArgument, std::move(message)); }

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

Result<std::optional<double>> price(const http::Request& request, const char* name) {
  const auto text = request.param(name);
  if (!text || text->empty()) return std::optional<double>();
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || !std::isfinite(value) ||
      value < 0 || value > 1e9) {
    return bad(std::string(name) + " must be a number from 0 to 1000000000");
  }
  return std::optional(value);
}

Result<int> whole(const http::Request& request, const char* name, int fallback, int low, int high) {
  const auto text = request.param(name);
  if (!text || text->empty()) return fallback;
  int value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < low || value > high) {
    return bad(std::string(name) + " must be a whole number from " + std::to_string(low) + " to " +
               std::to_string(high));
  }
  return value;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

}  // namespace

std::vector<std::string> params(const http::Request& request, std::string_view name) {
  std::vector<std::string> values;
  std::string_view query = request.query();
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    if (http::percentDecode(pair.substr(0, equals), true) == name && equals < pair.size()) {
      values.push_back(http::percentDecode(pair.substr(equals + 1), true));
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return values;
}

Result<SearchQuery> parseSearch(const http::Request& request, const std::string& defaultLang) {
  SearchQuery query;
  query.text = request.param("q").value_or("");
  if (characters(query.text) > kMaxText) {
    return bad("the search has " + std::to_string(characters(query.text)) +
               " characters, at most " + std::to_string(kMaxText) + " are allowed");
  }
  query.lang = request.param("lang").value_or(defaultLang);
  if (query.lang != "en" && query.lang != "zh") return bad("lang must be en or zh");
  query.brands = params(request, "brand");
  query.categories = params(request, "category");
  for (const auto* list : {&query.brands, &query.categories}) {
    if (list->size() > kMaxValues) {
      return bad("at most " + std::to_string(kMaxValues) + " brands or categories may be chosen");
    }
    for (const std::string& value : *list) {
      if (value.size() > 200) return bad("a brand or category has at most 200 bytes");
    }
  }
  auto minimum = price(request, "min_price");
  if (!minimum) return minimum.error();
  auto maximum = price(request, "max_price");
  if (!maximum) return maximum.error();
  query.minPrice = *minimum;
  query.maxPrice = *maximum;
  const std::string sort = request.param("sort").value_or("relevance");
  if (sort == "price_asc") {
    query.sort = Sort::PriceAscending;
  } else if (sort == "price_desc") {
    query.sort = Sort::PriceDescending;
  } else if (!sort.empty() && sort != "relevance") {
    return bad("sort must be relevance, price_asc or price_desc");
  }
  auto offset = whole(request, "offset", 0, 0, kMaxOffset);
  if (!offset) return offset.error();
  auto limit = whole(request, "limit", 24, 1, kMaxLimit);
  if (!limit) return limit.error();
  query.offset = *offset;
  query.limit = *limit;
  return query;
}

std::string SearchQuery::target() const {
  std::string text = "/v1/search?q=" + http::percentEncode(this->text) + "&lang=" + lang;
  for (const std::string& brand : brands) text += "&brand=" + http::percentEncode(brand);
  for (const std::string& category : categories) {
    text += "&category=" + http::percentEncode(category);
  }
  if (minPrice) text += "&min_price=" + number(*minPrice);
  if (maxPrice) text += "&max_price=" + number(*maxPrice);
  if (sort == Sort::PriceAscending) text += "&sort=price_asc";
  if (sort == Sort::PriceDescending) text += "&sort=price_desc";
  return text + "&offset=" + std::to_string(offset) + "&limit=" + std::to_string(limit);
}

}  // namespace shopkeeper::ui
