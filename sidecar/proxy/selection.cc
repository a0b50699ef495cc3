#include "sidecar/proxy/selection.h"

#include <algorithm>

namespace shopkeeper::sidecar {

int selectSmooth(std::span<const Candidate> candidates) {
  Rank best = Rank::Excluded;
  for (const Candidate& candidate : candidates) best = std::min(best, candidate.rank);
  if (best == Rank::Excluded) return -1;

  int chosen = -1;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    if (candidate.rank != best) continue;
    *candidate.current += candidate.weight;
    total += candidate.weight;
    if (chosen < 0 || *candidate.current > *candidates[static_cast<std::size_t>(chosen)].current) {
      chosen = static_cast<int>(i);
    }
  }
  *candidates[static_cast<std::size_t>(chosen)].current -= total;
  return chosen;
}

}  // namespace shopkeeper::sidecar
