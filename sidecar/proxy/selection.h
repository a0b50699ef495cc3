// Which endpoint takes the next try. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shopkeeper::sidecar {

// How good an endpoint is to choose, best first. Only the best non-empty rank is used.
enum class Rank {
  Primary,      // healthy, tier Primary
  Standby,      // healthy, tier Standby
  Terminating,  // healthy, but its pod is being deleted
  Unhealthy,    // ejected: tried only when nothing else is left, rather than failing outright
  Excluded,     // weight 0, or already tried for this request
};

struct Candidate {
  Rank rank = Rank::Excluded;
  int weight = 0;
  std::int64_t* current = nullptr;  // the smooth round robin's memory, kept by the caller
};

// Smooth weighted round robin (nginx's algorithm) among the candidates of the best rank: over any
// stretch each gets its share, spread evenly. Returns the index, or -1 where all are excluded.
int selectSmooth(std::span<const Candidate> candidates);

}  // namespace shopkeeper::sidecar
