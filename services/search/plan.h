// From the words of a query to what has to be found: units, each with other ways to say it.
// Pure: what the index knows comes in as a Vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "services/search/synonyms.h"

namespace shopkeeper::search {

// What is asked of the index while planning.
class Vocabulary {
 public:
  virtual ~Vocabulary() = default;
  // True where some product has the term, in either language.
  virtual bool knows(const std::string& term) const = 0;
};

// All terms have to be there. `factor` weighs this way of saying it, 1 the words as typed.
struct Alternative {
  std::vector<std::string> terms;
  double factor = 1;
  bool operator==(const Alternative&) const = default;
};

struct Unit {
  std::vector<Alternative> alternatives;  // the first is the words as typed
  bool gram = false;                      // one of several overlapping pairs of a Chinese run
  bool optional = false;                  // a stop word: may add to the score, is never asked for
  bool unknown = false;                   // a word that no product has: worth a spelling suggestion
  std::string word;                       // the folded word of an unknown unit
  std::size_t begin = 0;                  // its bytes in the query
  std::size_t end = 0;
  std::vector<std::uint32_t> categories;  // that it names
};

struct Plan {
  std::vector<Unit> units;
  // The categories that the query asks for: of names in a row the last ("laptop bag" is a bag), of
  // several places the first ("monitor for my laptop" is a monitor).
  std::vector<std::uint32_t> categories;
  unsigned required() const;  // units that are not optional
  unsigned grams() const;
  bool empty() const { return units.empty(); }
};

// Bounds the work of one query; words beyond it are left out.
inline constexpr std::size_t kMostUnits = 24;
inline constexpr std::size_t kMostAlternatives = 10;

// The categories that a name means, by phraseKey() of their English and Chinese names.
using CategoryNames = std::unordered_map<std::string, std::vector<std::uint32_t>>;

class Planner {
 public:
  // Everything must outlive the planner.
  Planner(const Vocabulary& vocabulary, const Synonyms& synonyms, const CategoryNames& categories,
          double synonymFactor)
      : vocabulary_(vocabulary),
        synonyms_(synonyms),
        categories_(categories),
        synonymFactor_(synonymFactor) {}

  Plan plan(std::string_view query) const;

 private:
  class Builder;
  const Vocabulary& vocabulary_;
  const Synonyms& synonyms_;
  const CategoryNames& categories_;
  const double synonymFactor_;
};

}  // namespace shopkeeper::search
