// Whether a quantity that is sampled over time grows.
#pragma once

#include <vector>

namespace shopkeeper::bench {

struct Sample {
  double minutes;
  double value;
};

// A minute. The median of the slopes of all pairs (Theil-Sen estimator: H. Theil, "A rank-invariant
// method of linear and polynomial regression analysis", Proc. KNAW 53 (1950); P. K. Sen, "Estimates
// of the regression coefficient based on Kendall's tau", JASA 63 (1968)): up to 29 % of the samples
// may be anything without moving it far, so bursts count for little and steady growth for all.
// 0 for fewer than two samples.
double slopeAMinute(const std::vector<Sample>& samples);

// Without the first tenth of the time: pools and caches fill.
std::vector<Sample> withoutWarmUp(const std::vector<Sample>& samples);

// By the slope, over the time that the samples cover.
double growth(const std::vector<Sample>& samples);

}  // namespace shopkeeper::bench
