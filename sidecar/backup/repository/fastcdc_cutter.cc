// A chunk ends where a gear hash of its last 64 bytes begins with zeros: two more than the average
// asks for before the average size, two fewer after it, which keeps sizes near it. Source: W. Xia
// et al., "FastCDC" (USENIX ATC 2016), sections 3.2 and 3.4.
#include <algorithm>
#include <array>
#include <cstdint>

#include "sidecar/backup/repository/cutter.h"

namespace shopkeeper::backup {
namespace {

constexpr std::size_t kWindow = 64;
constexpr int kNormalization = 2;

// Sebastiano Vigna's splitmix64 (2015).
std::uint64_t nextRandom(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

class FastCdcCutter final : public Cutter {
 public:
  // The table is as secret as the polynomial it grows from.
  FastCdcCutter(Polynomial polynomial, ChunkLimits limits) : limits_(limits) {
    std::uint64_t state = polynomial;
    for (auto& value : gear_) value = nextRandom(state);
  }

  std::size_t find(const std::byte* chunk, std::size_t looked, std::size_t size) const override {
    const std::size_t last = std::min(size, limits_.maximum);
    const std::size_t begin = std::max(looked + 1, limits_.minimum);
    const std::size_t average = std::size_t{1} << limits_.averageBits;
    if (begin <= last) {
      std::uint64_t hash = 0;
      for (std::size_t i = begin - kWindow; i + 1 < begin; ++i) hash = roll(hash, chunk[i]);
      const std::size_t middle = std::clamp(average, begin - 1, last);
      std::size_t cut = scan(chunk, hash, begin - 1, middle, limits_.averageBits + kNormalization);
      if (cut == 0) cut = scan(chunk, hash, middle, last, limits_.averageBits - kNormalization);
      if (cut != 0) return cut;
    }
    return size >= limits_.maximum ? limits_.maximum : 0;
  }

  std::size_t minimum() const override { return limits_.minimum; }
  std::size_t maximum() const override { return limits_.maximum; }

 private:
  std::uint64_t roll(std::uint64_t hash, std::byte in) const {
    return (hash << 1) + gear_[static_cast<std::size_t>(in)];
  }

  std::size_t scan(const std::byte* chunk, std::uint64_t& hash, std::size_t begin, std::size_t end,
                   int bits) const {
    const std::uint64_t mask = ~std::uint64_t{0} << (64 - bits);
    for (std::size_t i = begin; i < end; ++i) {
      hash = roll(hash, chunk[i]);
      if ((hash & mask) == 0) return i + 1;
    }
    return 0;
  }

  const ChunkLimits limits_;
  std::array<std::uint64_t, 256> gear_;
};

}  // namespace

std::unique_ptr<Cutter> fastCdcCutter(Polynomial polynomial, ChunkLimits limits) {
  return std::make_unique<FastCdcCutter>(polynomial, limits);
}

}  // namespace shopkeeper::backup
