// The order of matching products by relevance, through Xapian's BM25.
#pragma once

#include <utility>
#include <vector>

#include "services/search/columns.h"
#include "services/search/coverage.h"
#include "services/search/plan.h"
#include "services/search/ranking.h"
#include "services/search/schema.h"

namespace Xapian {
class Database;
}

namespace shopkeeper::search {

using Ranked = std::pair<DocId, double>;  // document, score

// The best `count` of `matches` after the first `skip`; equal scores by docid. Throws
// Xapian::Error.
std::vector<Ranked> rank(const Xapian::Database& db, const Columns& columns, const Plan& plan,
                         const std::vector<Match>& matches, Language language,
                         const Ranking& ranking, unsigned skip, unsigned count);

}  // namespace shopkeeper::search
