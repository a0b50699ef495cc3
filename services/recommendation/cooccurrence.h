// Which products go together: a shrunk cosine over rows. Pure.
#pragma once

#include <vector>

#include "services/recommendation/rows.h"

namespace shopkeeper::recommendation {

struct Similar {
  ProductNumber product = 0;
  double score = 0;  // 0..1
};

// For each of `products` products its most similar ones, best first, ties by product number.
//
//   sim(i,j) = c(i,j) / (c(i,i)^(1-p) * c(j,j)^p) * n(i,j) / (n(i,j) + shrink)
//   c(i,j)   = sum over rows of weight * strength(i) * strength(j) / size of the row
//
// n counts different users; p = 0.5 gives the cosine (Sarwar et al. 2001), shrinking follows Bell
// and Koren 2007. Works row by row with one accumulator, so memory is that of the rows and lists.
std::vector<std::vector<Similar>> similarProducts(const std::vector<const Row*>& rows,
                                                  std::size_t products, double shrink,
                                                  double popularityPenalty, std::size_t most);

}  // namespace shopkeeper::recommendation
