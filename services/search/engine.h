// Answers search requests from an index.
#pragma once

#include "common/result.h"
#include "services/search/index.h"
#include "services/search/ranking.h"
#include "services/search/request.h"
#include "services/search/result.h"
#include "services/search/synonyms.h"

namespace shopkeeper::search {

// Thread-safe; `synonyms` must outlive it. The same request on the same index gives the same
// answer: equal scores are ordered by product id.
class Engine {
 public:
  Engine(const Ranking& ranking, const Synonyms& synonyms)
      : ranking_(ranking), synonyms_(synonyms) {}

  // Corrupt where the index file turned out damaged.
  Result<SearchResult> search(const Index& index, const SearchRequest& request) const;

 private:
  const Ranking ranking_;
  const Synonyms& synonyms_;
};

}  // namespace shopkeeper::search
