#include "services/search/spelling.h"

#include <xapian.h>

#include "services/search/fold.h"

namespace shopkeeper::search {

std::string correctSpelling(const Xapian::Database& db, std::string_view query, const Plan& plan) {
  std::string out;
  std::size_t copied = 0;
  bool changed = false;
  for (const Unit& unit : plan.units) {
    if (!unit.unknown) continue;
    const unsigned distance = codePoints(unit.word) <= 4 ? 1 : 2;
    const std::string better = db.get_spelling_suggestion(unit.word, distance);
    if (better.empty() || better == unit.word) continue;
    out.append(query.substr(copied, unit.begin - copied)).append(better);
    copied = unit.end;
    changed = true;
  }
  if (!changed) return {};
  return out.append(query.substr(copied));
}

}  // namespace shopkeeper::search
