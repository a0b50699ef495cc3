#include "tests/bench/soak/growth.h"

#include <algorithm>
#include <cstddef>

namespace shopkeeper::bench {

double slopeAMinute(const std::vector<Sample>& samples) {
  std::vector<double> slopes;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    for (std::size_t j = i + 1; j < samples.size(); ++j) {
      const double minutes = samples[j].minutes - samples[i].minutes;
      if (minutes > 0) slopes.push_back((samples[j].value - samples[i].value) / minutes);
    }
  }
  if (slopes.empty()) return 0;
  const auto middle = slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2);
  std::nth_element(slopes.begin(), middle, slopes.end());
  if (slopes.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(slopes.begin(), middle)) / 2;
}

std::vector<Sample> withoutWarmUp(const std::vector<Sample>& samples) {
  if (samples.empty()) return {};
  const double first = samples.front().minutes;
  const double from = first + (samples.back().minutes - first) / 10;
  std::vector<Sample> kept;
  for (const Sample& sample : samples) {
    if (sample.minutes >= from) kept.push_back(sample);
  }
  return kept;
}

double growth(const std::vector<Sample>& samples) {
  if (samples.empty()) return 0;
  return slopeAMinute(samples) * (samples.back().minutes - samples.front().minutes);
}

}  // namespace shopkeeper::bench
