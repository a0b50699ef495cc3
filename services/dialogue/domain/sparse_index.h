// An inverted index of short texts with cosine similarity over TF-IDF weights.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/dialogue/domain/text.h"

namespace shopkeeper::dialogue {

// Add all documents, then build(), then query from any thread.
//
// A term's weight is its kind's weight x (1 + ln tf) x ln(1 + N / df). Terms of a query that no
// document holds count with the idf of a term seen in half a document: a question full of words we
// never saw must not look similar to anything.
class SparseIndex {
 public:
  struct Hit {
    std::uint32_t document;
    double score;  // 0..1
  };

  // Numbers documents 0, 1, 2, ... in the order they come.
  std::uint32_t add(const std::vector<Term>& terms);
  void build();

  // The best `limit` documents, best first; ties by number.
  std::vector<Hit> query(const std::vector<Term>& terms, std::size_t limit) const;

  double idf(const std::string& term) const;
  bool knows(const std::string& term) const { return ids_.contains(term); }
  std::size_t size() const { return norms_.size(); }

 private:
  struct Posting {
    std::uint32_t document;
    float weight;
  };
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::vector<std::vector<Posting>> postings_;  // by term id
  std::vector<float> idf_;
  std::vector<float> norms_;  // by document
};

}  // namespace shopkeeper::dialogue
