// Picks products to show from a model. Pure.
#pragma once

#include <string>
#include <vector>

#include "services/recommendation/model.h"

namespace shopkeeper::recommendation {

struct Wanted {
  std::string product;  // beside which they are shown; empty or unknown: none
  std::string user;     // for whom; empty or unknown: anybody
  unsigned limit = 8;
};

struct Recommendation {
  std::string id;
  double score = 0;  // 0..1, falling along the list
  Reason reason = Reason::Popular;
};

// Up to `limit` products, never the one shown beside and never one twice: what goes with the
// product or with what the user did, then the product's category, then what is popular. Without a
// product nothing the user has bought is shown again.
std::vector<Recommendation> recommend(const Model& model, const Wanted& wanted);

}  // namespace shopkeeper::recommendation
