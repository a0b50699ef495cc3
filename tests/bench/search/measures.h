// Measures of a ranked list against graded judgements.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace shopkeeper::bench {

using Judgements = std::map<std::string, int>;  // product id -> 0..3

// Normalised discounted cumulative gain: gain 2^r - 1, discount log2(rank + 1), unjudged counts 0.
double ndcg(const std::vector<std::string>& ranked, const Judgements& judged, std::size_t depth);

// Share of the products rated at least `least` that are among the first `depth`.
double recall(const std::vector<std::string>& ranked, const Judgements& judged, std::size_t depth,
              int least);

// 1 / rank of the first product rated at least `least`, 0 where none is among the first `depth`.
double reciprocalRank(const std::vector<std::string>& ranked, const Judgements& judged,
                      std::size_t depth, int least);

// Share of the first `depth` that have a judgement at all.
double judgedShare(const std::vector<std::string>& ranked, const Judgements& judged,
                   std::size_t depth);

int bestRating(const Judgements& judged);

}  // namespace shopkeeper::bench
