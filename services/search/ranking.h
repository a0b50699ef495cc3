// The numbers behind the order of results, in one place.
#pragma once

namespace shopkeeper::search {

// How often a term counts when it stands in a field: a simple BM25F (Robertson, Zaragoza, Taylor
// 2004) that sums weighted frequencies before saturation.
struct FieldWeights {
  unsigned title = 6;
  unsigned brand = 2;
  unsigned category = 3;
  unsigned attributes = 1;
  unsigned description = 3;
};

// tests/bench/search measures these; they were chosen on one half of its queries only.
struct Ranking {
  double k1 = 1.2;
  double b = 0.75;
  double minLength = 0;        // shorter documents are favoured however short
  double otherLanguage = 0.9;  // a match in the language not asked for, relative to the one asked
  double synonym = 0.3;        // a synonym's match, relative to the word itself
  double allWords = 3;         // products with all words of the query come first
  // Where few products have all words, those of the category that the query names come before what
  // only shares its other words: "phone for grandma" is a phone.
  double category = 8;
  double popularity = 0.6;  // added at popularity 1; separates equals, no more
};

}  // namespace shopkeeper::search
