// Finds the answer that a message asks for, and says how sure it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/dialogue/domain/sparse_index.h"

namespace shopkeeper::dialogue {

// One thing that can be asked for: the ways people ask, and the text that answers.
struct Topic {
  std::vector<std::string> phrasings;
  std::vector<std::string> bodies;
};

struct Match {
  std::uint32_t topic;
  double score;       // for ordering only
  double similarity;  // cosine with the nearest phrasing, 0..1
  double coverage;    // share of the message's telling words that the topic's texts hold, 0..1
};

// How much each sign counts. The defaults were chosen on a held-out fifth of banking77's training
// set (tests/bench/dialogue --tune); the test set was not looked at.
struct MatchWeights {
  double vote = 0.4;       // the sum over the nearest phrasings of a topic
  double centre = 4.0;     // similarity to all of the topic's phrasings together
  double body = 0.25;      // similarity to the text of the answer
  double sharpness = 1.5;  // power of a neighbour's similarity in the vote
  std::size_t neighbours = 30;
};

// Immutable once built; match() is thread-safe. Topics are numbered as given. `concepts` may be
// null and must outlive the matcher.
class AnswerMatcher {
 public:
  explicit AnswerMatcher(const std::vector<Topic>& topics, const Concepts* concepts = nullptr,
                         const MatchWeights& weights = {});

  // Best first; at most `limit`.
  std::vector<Match> match(std::string_view message, std::size_t limit) const;

  // Probability-like confidence that the first match answers the message: from its similarity, its
  // coverage and its margin over the second. 0 where there is none.
  static double confidence(const std::vector<Match>& matches);

  std::size_t size() const { return vocabulary_.size(); }

 private:
  double coverage(const std::vector<Term>& message, std::uint32_t topic) const;

  MatchWeights weights_;
  const Concepts* concepts_;
  SparseIndex phrasings_;
  std::vector<std::uint32_t> owner_;  // phrasing -> topic
  SparseIndex centres_;
  SparseIndex bodies_;
  std::vector<std::vector<std::string>> vocabulary_;  // topic -> its words, sorted
};

}  // namespace shopkeeper::dialogue
