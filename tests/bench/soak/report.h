// Whether a soak passed, and its figures.
#pragma once

#include "tests/bench/soak/soak.h"

namespace shopkeeper::bench {

// Prints the verdict, writes build/bench/soak.json; true where no request was lost and nothing
// grew.
bool report(const Plan& plan, const Outcome& outcome, Tally& tally);

}  // namespace shopkeeper::bench
