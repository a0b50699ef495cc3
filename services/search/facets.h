// Filters and facets over matching products. Pure.
#pragma once

#include <vector>

#include "services/search/columns.h"
#include "services/search/coverage.h"
#include "services/search/request.h"
#include "services/search/result.h"

namespace shopkeeper::search {

inline constexpr std::size_t kMostFacetValues = 100;
inline constexpr std::size_t kMostPriceBuckets = 5;

// Counts the facets over `matches`, keeps in `matches` only what passes all filters. Chosen values
// are listed even where nothing has them, so that a page can show them to be taken off again.
Facets filterAndCount(const Columns& columns, const SearchRequest& request,
                      std::vector<Match>& matches);

// At most five ranges of about equally many prices, with round ends; prices <= 0 are unknown and
// left out. The order of `cents` does not matter.
std::vector<PriceBucket> priceBuckets(std::vector<std::int64_t> cents);

}  // namespace shopkeeper::search
