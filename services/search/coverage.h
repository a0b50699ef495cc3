// How many units of a plan each product has.
#pragma once

#include <cstdint>
#include <vector>

#include "services/search/columns.h"
#include "services/search/plan.h"

namespace Xapian {
class Database;
}

namespace shopkeeper::search {

struct Match {
  DocId doc = 0;
  std::uint8_t covered = 0;  // required units found
  bool all = false;          // none is missing, of a run's pairs two in three
};

// The products worth showing, by docid. All required units have to be there (of a Chinese run's
// overlapping pairs two in three, since runs are cut by rule and not by meaning). Where fewer than
// `enough` products have them, the demand falls unit by unit, down to one: a question in a sentence
// has words that no product needs to have.
struct Matches {
  std::vector<Match> docs;
  bool relaxed = false;
};

inline constexpr std::size_t kEnough = 20;

// Throws Xapian::Error.
Matches findMatches(const Xapian::Database& db, const Plan& plan, std::size_t enough = kEnough);

}  // namespace shopkeeper::search
