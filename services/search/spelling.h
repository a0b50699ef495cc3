// "Did you mean": the query with its unknown words replaced by the nearest known ones.
#pragma once

#include <string>
#include <string_view>

#include "services/search/plan.h"

namespace Xapian {
class Database;
}

namespace shopkeeper::search {

// Empty where no word has a better spelling. Words of up to four letters may differ in one letter,
// longer ones in two (Damerau: a swap of neighbours is one). Throws Xapian::Error.
std::string correctSpelling(const Xapian::Database& db, std::string_view query, const Plan& plan);

}  // namespace shopkeeper::search
