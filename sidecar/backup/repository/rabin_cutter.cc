// A chunk ends where the Rabin fingerprint of its last 64 bytes, taken as a polynomial modulo the
// repository's own, ends in averageBits zeros. Source: doc/design.rst of restic, "Backups and
// Deduplication"; A. Z. Broder, "Some applications of Rabin's fingerprinting method" (1993).
//
// One step is a chain of seven cycles (shift, look up, add), and each needs the one before. Four
// stretches of the data are therefore scanned side by side, which only the loads limit.
#include <algorithm>
#include <array>
#include <cstdint>

#include "sidecar/backup/repository/cutter.h"

namespace shopkeeper::backup {
namespace {

constexpr std::size_t kWindow = 64;
constexpr int kShift = kPolynomialDegree - 8;
constexpr std::size_t kLanes = 4;
// Bytes a lane scans at a time: enough to forget the 64 it starts with, few enough not to go far
// beyond the cut that is found.
constexpr std::size_t kStretch = 8192;

class RabinCutter final : public Cutter {
 public:
  RabinCutter(Polynomial polynomial, ChunkLimits limits)
      : limits_(limits), mask_((std::uint64_t{1} << limits.averageBits) - 1) {
    for (std::size_t b = 0; b < 256; ++b) {
      const Polynomial overflow = Polynomial{b} << kPolynomialDegree;
      reduce_[b] = remainder(overflow, polynomial) ^ overflow;
    }
    for (std::size_t b = 0; b < 256; ++b) {
      std::uint64_t print = b;
      for (std::size_t i = 0; i < kWindow; ++i) print = append(print, std::byte{0});
      leave_[b] = print;
    }
  }

  std::size_t find(const std::byte* chunk, std::size_t looked, std::size_t size) const override {
    const std::size_t last = std::min(size, limits_.maximum);
    std::size_t next = std::max(looked + 1, limits_.minimum);
    while (next <= last) {
      const std::size_t left = last - next + 1;
      const std::size_t cut =
          left > kLanes * kStretch ? findInLanes(chunk, next) : findInOne(chunk, next, left);
      if (cut != 0) return cut;
      next += std::min(left, kLanes * kStretch);
    }
    return size >= limits_.maximum ? limits_.maximum : 0;
  }

  std::size_t minimum() const override { return limits_.minimum; }
  std::size_t maximum() const override { return limits_.maximum; }

 private:
  std::uint64_t append(std::uint64_t print, std::byte in) const {
    return ((print << 8) | static_cast<std::uint64_t>(in)) ^ reduce_[print >> kShift];
  }

  std::uint64_t roll(std::uint64_t print, const std::byte* in) const {
    return append(print, *in) ^ leave_[static_cast<std::size_t>(in[-std::ptrdiff_t{kWindow}])];
  }

  // Of the window that ends before `end`.
  std::uint64_t fingerprint(const std::byte* end) const {
    std::uint64_t print = 0;
    for (const std::byte* in = end - kWindow; in != end; ++in) print = append(print, *in);
    return print;
  }

  std::size_t findInOne(const std::byte* chunk, std::size_t begin, std::size_t count) const {
    std::uint64_t print = fingerprint(chunk + begin);
    for (std::size_t at = begin;; ++at) {
      if ((print & mask_) == 0) return at;
      if (--count == 0) return 0;
      print = roll(print, chunk + at);
    }
  }

  // Looks at kLanes * kStretch places.
  std::size_t findInLanes(const std::byte* chunk, std::size_t begin) const {
    const std::byte* const a = chunk + begin;
    const std::byte* const b = a + kStretch;
    const std::byte* const c = b + kStretch;
    const std::byte* const d = c + kStretch;
    std::uint64_t pa = fingerprint(a), pb = fingerprint(b), pc = fingerprint(c),
                  pd = fingerprint(d);
    // The first cut found in each lane; a lane that has one keeps it.
    std::array<std::size_t, kLanes> found{};
    for (std::size_t i = 0; i < kStretch; ++i) {
      if ((pa & mask_) == 0) [[unlikely]]
        return begin + i;  // nothing earlier is left
      if ((pb & mask_) == 0 && found[1] == 0) [[unlikely]]
        found[1] = begin + kStretch + i;
      if ((pc & mask_) == 0 && found[2] == 0) [[unlikely]]
        found[2] = begin + 2 * kStretch + i;
      if ((pd & mask_) == 0 && found[3] == 0) [[unlikely]]
        found[3] = begin + 3 * kStretch + i;
      pa = roll(pa, a + i);
      pb = roll(pb, b + i);
      pc = roll(pc, c + i);
      pd = roll(pd, d + i);
    }
    for (const std::size_t cut : found) {
      if (cut != 0) return cut;
    }
    return 0;
  }

  const ChunkLimits limits_;
  const std::uint64_t mask_;
  std::array<std::uint64_t, 256> reduce_;  // takes the eight bits above the degree back below it
  std::array<std::uint64_t, 256> leave_;   // what a byte adds after a whole window has passed
};

}  // namespace

std::unique_ptr<Cutter> rabinCutter(Polynomial polynomial, ChunkLimits limits) {
  return std::make_unique<RabinCutter>(polynomial, limits);
}

}  // namespace shopkeeper::backup
