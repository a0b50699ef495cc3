// The search service: an index that follows the catalogue, and GET /v1/search on it.
#pragma once

#include <memory>

#include "services/runtime/service.h"
#include "services/search/ranking.h"

namespace shopkeeper::search {

struct SearchServiceOptions {
  Ranking ranking;
  FieldWeights weights;
  unsigned workers = 8;  // threads that search at once
  std::chrono::milliseconds followInterval{2'000};
};

// `context` must outlive the service; `knowledge` is the client to follow.
std::unique_ptr<services::Service> makeSearchService(const services::Context& context,
                                                     std::unique_ptr<http::HttpClient> knowledge,
                                                     const SearchServiceOptions& options);

}  // namespace shopkeeper::search
