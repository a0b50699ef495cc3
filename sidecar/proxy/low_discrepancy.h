// Numbers in [0, 1) that fill the interval evenly: shares come out nearly exact over any stretch,
// where random numbers would be off by the square root of it.
#pragma once

#include <cstdint>

namespace shopkeeper::sidecar {

// Kronecker (additive) sequences. The steps are quadratic irrationals that are independent of each
// other, so sequences that advance together do not follow one another. Not thread-safe.
class LowDiscrepancy {
 public:
  static constexpr double kGoldenRatio = 0.6180339887498949;  // the most even of all
  static constexpr double kRootOfTwo = 0.4142135623730950;
  static constexpr double kRootOfThree = 0.7320508075688773;
  static constexpr double kRootOfSeven = 0.6457513110645906;

  explicit LowDiscrepancy(double step) : step_(static_cast<std::uint64_t>(step * 0x1.0p64)) {}

  double next() {
    state_ += step_;
    return static_cast<double>(state_ >> 11) * 0x1.0p-53;
  }

 private:
  std::uint64_t step_;
  std::uint64_t state_ = 0;
};

}  // namespace shopkeeper::sidecar
