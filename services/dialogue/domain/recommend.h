// Finds products for a wish: "recommend headphones under 500".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "services/dialogue/domain/model.h"
#include "services/dialogue/domain/reply.h"

namespace shopkeeper::dialogue {

// Where products are looked up: the search service, or nothing at all. Thread-safe.
class ProductFinder {
 public:
  struct Found {
    std::vector<std::string> ids;  // best first
    bool stale = false;
  };
  virtual ~ProductFinder() = default;
  virtual Result<Found> find(const std::string& query, Language language, const PriceRange& range,
                             std::size_t limit) = 0;
};

struct Wish {
  std::string query;  // may be empty: whatever is popular
  PriceRange range;
  bool cheapest = false;
};

// Up to three products from `finder`, or from the model where the finder fails (then stale). A hit
// counts only if it is in the catalogue, inside the range, and its listing holds most of the
// wish's telling words: a search that relaxed the words to find anything is no recommendation.
Reply recommend(const Model& model, ProductFinder& finder, const Wish& wish, Language language);

// Products close to a message that could not be answered; empty where none is close.
std::vector<std::uint32_t> nearby(const Model& model, std::string_view message, std::size_t limit);

}  // namespace shopkeeper::dialogue
