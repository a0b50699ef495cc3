// What a search found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/search/columns.h"

namespace shopkeeper::search {

struct FacetValue {
  std::string value;
  std::string label;  // for people, in the language asked for; `value` where there is none
  std::uint64_t count = 0;
};

// Prices in hundredths, both ends included, so that a bucket's ends work as filter as they are.
struct PriceBucket {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::uint64_t count = 0;
};

// Each facet is counted over the products that pass all filters but its own.
struct Facets {
  std::vector<FacetValue> brands;
  std::vector<FacetValue> categories;
  std::vector<PriceBucket> prices;
};

struct Hit {
  std::string id;
  std::string title, titleZh;
  std::string brand;
  std::string category, categoryZh;
  double price = 0;
  std::string currency;
  std::string snippet;  // HTML: escaped text with <mark> around what matched
  double score = 0;
};

struct SearchResult {
  std::uint64_t total = 0;
  std::vector<Hit> hits;
  Facets facets;
  std::string suggestion;  // another spelling of the query; empty where there is none
  // Nothing matched the query as typed: these are the results of `suggestion`.
  bool corrected = false;
  std::string version;
};

}  // namespace shopkeeper::search
