#include "services/search/coverage.h"

#include <xapian.h>

#include <algorithm>
#include <array>

#include "services/search/schema.h"

namespace shopkeeper::search {
namespace {

constexpr std::array kLanguages{Language::English, Language::Chinese};

class Counter {
 public:
  explicit Counter(const Xapian::Database& db)
      : db_(db), size_(db.get_lastdocid() + 1), covered_(size_, 0) {}

  // A unit counts once for a product, whichever of its alternatives is there.
  void count(const Unit& unit) {
    found_.assign(size_, 0);
    for (const Alternative& alternative : unit.alternatives) mark(alternative);
    for (std::size_t doc = 1; doc < size_; ++doc) covered_[doc] += found_[doc];
  }

  const std::vector<std::uint8_t>& covered() const { return covered_; }

 private:
  void mark(const Alternative& alternative) {
    if (alternative.terms.size() == 1) {
      for (const Language language : kLanguages) {
        each(language, alternative.terms[0], [this](std::size_t doc) { found_[doc] = 1; });
      }
      return;
    }
    // Terms of one alternative may stand in either language, each counts once.
    terms_.assign(size_, 0);
    std::uint8_t number = 0;
    for (const std::string& term : alternative.terms) {
      for (const Language language : kLanguages) {
        each(language, term, [this, number](std::size_t doc) {
          if (terms_[doc] == number) ++terms_[doc];
        });
      }
      ++number;
    }
    for (std::size_t doc = 1; doc < size_; ++doc) found_[doc] |= terms_[doc] == number;
  }

  template <class Visit>
  void each(Language language, const std::string& term, Visit visit) {
    const std::string name = languageTerm(language, term);
    for (auto at = db_.postlist_begin(name), end = db_.postlist_end(name); at != end; ++at) {
      visit(*at);
    }
  }

  const Xapian::Database& db_;
  const std::size_t size_;
  std::vector<std::uint8_t> covered_, found_, terms_;
};

}  // namespace

Matches findMatches(const Xapian::Database& db, const Plan& plan, std::size_t enough) {
  Matches out;
  const unsigned required = plan.required();
  if (required == 0) return out;
  Counter counter(db);
  for (const Unit& unit : plan.units) {
    if (!unit.optional) counter.count(unit);
  }
  const std::vector<std::uint8_t>& covered = counter.covered();
  std::vector<std::size_t> having(required + 1, 0);
  for (std::size_t doc = 1; doc < covered.size(); ++doc) ++having[covered[doc]];

  const unsigned strict = required - plan.grams() / 3;
  unsigned demand = strict;
  std::size_t found = 0;
  for (unsigned level = strict; level <= required; ++level) found += having[level];
  while (found < enough && demand > 1) found += having[--demand];

  for (std::size_t doc = 1; doc < covered.size(); ++doc) {
    if (covered[doc] >= demand)
      out.docs.push_back({static_cast<DocId>(doc), covered[doc], covered[doc] >= strict});
  }
  out.relaxed = demand < strict;
  return out;
}

}  // namespace shopkeeper::search
