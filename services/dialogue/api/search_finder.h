// Looks products up in the search service.
#pragma once

#include "common/http/client.h"
#include "services/dialogue/domain/recommend.h"

namespace shopkeeper::dialogue {

// Thread-safe. Unavailable or Timeout (1.5 s) where search does not answer; the caller then uses
// its own copy.
class SearchFinder final : public ProductFinder {
 public:
  explicit SearchFinder(http::HttpClient& search) : search_(search) {}
  Result<Found> find(const std::string& query, Language language, const PriceRange& range,
                     std::size_t limit) override;

 private:
  http::HttpClient& search_;
};

}  // namespace shopkeeper::dialogue
