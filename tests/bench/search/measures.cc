#include "tests/bench/search/measures.h"

#include <algorithm>
#include <cmath>

namespace shopkeeper::bench {
namespace {

int ratingOf(const Judgements& judged, const std::string& id) {
  const auto at = judged.find(id);
  return at == judged.end() ? 0 : at->second;
}

double gainAt(int rating, std::size_t rank) {
  return (std::exp2(rating) - 1) / std::log2(static_cast<double>(rank) + 2);
}

}  // namespace

double ndcg(const std::vector<std::string>& ranked, const Judgements& judged, std::size_t depth) {
  std::vector<int> ideal;
  for (const auto& [id, rating] : judged) ideal.push_back(rating);
  std::sort(ideal.rbegin(), ideal.rend());
  double got = 0, best = 0;
  for (std::size_t i = 0; i < std::min(depth, ranked.size()); ++i) {
    got += gainAt(ratingOf(judged, ranked[i]), i);
  }
  for (std::size_t i = 0; i < std::min(depth, ideal.size()); ++i) best += gainAt(ideal[i], i);
  return best == 0 ? 0 : got / best;
}

double recall(const std::vector<std::string>& ranked, const Judgements& judged, std::size_t depth,
              int least) {
  double relevant = 0, found = 0;
  for (const auto& [id, rating] : judged) relevant += rating >= least;
  for (std::size_t i = 0; i < std::min(depth, ranked.size()); ++i) {
    found += ratingOf(judged, ranked[i]) >= least;
  }
  return relevant == 0 ? 0 : found / relevant;
}

double reciprocalRank(const std::vector<std::string>& ranked, const Judgements& judged,
                      std::size_t depth, int least) {
  for (std::size_t i = 0; i < std::min(depth, ranked.size()); ++i) {
    if (ratingOf(judged, ranked[i]) >= least) return 1.0 / static_cast<double>(i + 1);
  }
  return 0;
}

double judgedShare(const std::vector<std::string>& ranked, const Judgements& judged,
                   std::size_t depth) {
  if (ranked.empty()) return 0;
  double known = 0;
  const std::size_t shown = std::min(depth, ranked.size());
  for (std::size_t i = 0; i < shown; ++i) known += judged.contains(ranked[i]);
  return known / static_cast<double>(shown);
}

int bestRating(const Judgements& judged) {
  int best = 0;
  for (const auto& [id, rating] : judged) best = std::max(best, rating);
  return best;
}

}  // namespace shopkeeper::bench
