// Latencies in log-linear buckets: 8 a power of two, so a quantile is at most 12.5 % too high.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace shopkeeper::sidecar {

// Not thread-safe. 200 counters, 1.6 KB; 1 us to 33 s, longer counts as the last bucket.
class LatencyHistogram {
 public:
  void record(std::chrono::nanoseconds latency);
  std::uint64_t count() const { return count_; }
  double sumSeconds() const { return sumSeconds_; }

  // The upper bound of the bucket that holds the q-quantile, in milliseconds; 0 where empty.
  double quantileMs(double q) const;
  // How many recorded latencies are at most `limit`, as far as the buckets tell.
  std::uint64_t countAtMost(std::chrono::nanoseconds limit) const;
  // What was recorded since `earlier`, a copy of this histogram taken before.
  LatencyHistogram since(const LatencyHistogram& earlier) const;

 private:
  static constexpr std::size_t kBuckets = 200;
  static std::size_t bucketOf(std::uint64_t micros);
  static std::uint64_t upperMicros(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  double sumSeconds_ = 0;
};

}  // namespace shopkeeper::sidecar
