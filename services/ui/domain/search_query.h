// A search as the page asks for it: checked, and written again for the search service.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"
#include "common/result.h"

namespace shopkeeper::ui {

enum class Sort { Relevance, PriceAscending, PriceDescending };

struct SearchQuery {
  std::string text;
  std::string lang = "en";
  std::vector<std::string> brands, categories;
  std::optional<double> minPrice, maxPrice;
  Sort sort = Sort::Relevance;
  int offset = 0;
  int limit = 24;

  // "/v1/search?..." in a fixed order of parameters, so that equal searches are equal texts.
  std::string target() const;
};

// From the query string of a request. InvalidArgument with one sentence for a value out of range;
// parameters of no meaning are ignored.
Result<SearchQuery> parseSearch(const http::Request& request, const std::string& defaultLang);

// All values of a repeated query parameter, decoded.
std::vector<std::string> params(const http::Request& request, std::string_view name);

}  // namespace shopkeeper::ui
