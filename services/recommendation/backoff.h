// What goes with a product that few have been seen with: its category. Pure.
#pragma once

#include <vector>

#include "services/recommendation/cooccurrence.h"
#include "services/recommendation/model.h"
#include "services/recommendation/rows.h"

namespace shopkeeper::recommendation {

// For each product those of its category that shoppers most likely look at too, best first, ties by
// product number:
//
//   score(i,j) = stay(category) * popularity(j) / highest of the category * likeness of prices
//
// stay is the share of the rows' pairs with a product of the category that lie within it: near 1
// where people compare, 0 where they take one of a kind. Needs model.popularity and byCategory.
std::vector<std::vector<Similar>> categoryPartners(const Model& model,
                                                   const std::vector<const Row*>& rows,
                                                   std::size_t most);

// 1 for the same price, 1/2 for twice or half of it; 1/2 where one is unknown.
double priceLikeness(double a, double b);

}  // namespace shopkeeper::recommendation
