#include "services/dialogue/domain/sparse_index.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace shopkeeper::dialogue {
namespace {

struct Count {
  double weight = 0;
  int times = 0;
};

// Ordered, so that sums are the same in every run.
std::map<std::string, Count> count(const std::vector<Term>& terms) {
  std::map<std::string, Count> counts;
  for (const Term& term : terms) {
    Count& entry = counts[term.text];
    entry.weight = std::max(entry.weight, static_cast<double>(term.weight));
    ++entry.times;
  }
  return counts;
}

double damped(const Count& entry) { return entry.weight * (1.0 + std::log(entry.times)); }

}  // namespace

std::uint32_t SparseIndex::add(const std::vector<Term>& terms) {
  const auto document = static_cast<std::uint32_t>(norms_.size());
  norms_.push_back(0);
  for (const auto& [text, entry] : count(terms)) {
    const auto [at, fresh] = ids_.try_emplace(text, static_cast<std::uint32_t>(postings_.size()));
    if (fresh) postings_.emplace_back();
    postings_[at->second].push_back({document, static_cast<float>(damped(entry))});
  }
  return document;
}

void SparseIndex::build() {
  idf_.resize(postings_.size());
  for (std::size_t id = 0; id < postings_.size(); ++id) {
    idf_[id] = static_cast<float>(std::log(1.0 + static_cast<double>(norms_.size()) /
                                                     static_cast<double>(postings_[id].size())));
    for (Posting& posting : postings_[id]) {
      posting.weight *= idf_[id];
      norms_[posting.document] += posting.weight * posting.weight;
    }
  }
  for (float& norm : norms_) norm = std::sqrt(norm);
}

double SparseIndex::idf(const std::string& term) const {
  const auto at = ids_.find(term);
  if (at == ids_.end()) return std::log(1.0 + 2.0 * static_cast<double>(norms_.size()));
  return idf_[at->second];
}

std::vector<SparseIndex::Hit> SparseIndex::query(const std::vector<Term>& terms,
                                                 std::size_t limit) const {
  std::unordered_map<std::uint32_t, double> sums;
  double norm = 0;
  for (const auto& [text, entry] : count(terms)) {
    const double weight = damped(entry) * idf(text);
    // Pieces and pairs nobody wrote before say little: only whole words count against the query.
    const auto at = ids_.find(text);
    if (at == ids_.end() && entry.weight < 0.6) continue;
    norm += weight * weight;
    if (at == ids_.end()) continue;
    for (const Posting& posting : postings_[at->second]) {
      sums[posting.document] += weight * posting.weight;
    }
  }
  std::vector<Hit> hits;
  hits.reserve(sums.size());
  for (const auto& [document, sum] : sums) {
    if (norm > 0 && norms_[document] > 0) {
      hits.push_back({document, sum / (std::sqrt(norm) * norms_[document])});
    }
  }
  const auto better = [](const Hit& a, const Hit& b) {
    return a.score != b.score ? a.score > b.score : a.document < b.document;
  };
  const std::size_t kept = std::min(limit, hits.size());
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(kept), hits.end(),
                    better);
  hits.resize(kept);
  return hits;
}

}  // namespace shopkeeper::dialogue
