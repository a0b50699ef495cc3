// The sidecar at a share of what it can carry while its endpoints change every second.
#pragma once

#include <cstdint>
#include <string>

#include "common/result.h"
#include "tests/bench/soak/monitor.h"

namespace shopkeeper::bench {

struct Plan {
  double minutes = 30;
  double share = 0.8;  // of capacity
  int connections = 64;
  std::uint64_t seed = 1;
  int idle = 0;  // seconds; 0: soak
  std::string binary;
  std::string scratch;
};

struct Outcome {
  double capacity = 0;
  int rate = 0;
  std::uint64_t churns = 0;
  int descriptorsBefore = 0;
  int descriptorsAfter = 0;
  Series series;
};

// Lost requests are counted in `tally`; an error is what keeps the soak from going on.
Result<Outcome> soak(const Plan& plan, Tally& tally);

}  // namespace shopkeeper::bench
