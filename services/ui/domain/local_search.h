// A plain search over the local copy of the catalogue, for when the search service is away.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/catalog/follower.h"
#include "services/ui/domain/search_query.h"

namespace shopkeeper::ui {

// Immutable once built; thread-safe. Every word (or pair of Han characters) of the search must
// occur in a product's text; titles count most. Ties go to popularity, then id.
class LocalCatalog {
 public:
  explicit LocalCatalog(std::shared_ptr<const catalog::Snapshot> snapshot);

  // The form of the search service's answer, with "stale": true and "degraded": true.
  nlohmann::json search(const SearchQuery& query) const;

  // The form of the recommendation service's answer, likewise: the product's own accessories
  // ("related"), then popular products of its category, then popular ones.
  nlohmann::json recommend(const std::string& product, std::size_t limit) const;

  // Null where the id is unknown. Lives as long as this.
  const catalog::Product* product(const std::string& id) const;
  // What a card of the page shows: id, titles, brand, category, price.
  static nlohmann::json card(const catalog::Product& product);

  const catalog::Snapshot& snapshot() const { return *snapshot_; }

 private:
  std::shared_ptr<const catalog::Snapshot> snapshot_;
  std::unordered_map<std::string, std::size_t> ids_;
  std::vector<std::string> titles_;   // lower case, by product
  std::vector<std::string> texts_;    // lower case, by product
  std::vector<std::size_t> popular_;  // most popular first
};

}  // namespace shopkeeper::ui
