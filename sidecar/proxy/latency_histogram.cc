#include "sidecar/proxy/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace shopkeeper::sidecar {

// Buckets 0 to 7 hold 0 to 7 us; above, the three bits after the leading one choose within the
// octave.
std::size_t LatencyHistogram::bucketOf(std::uint64_t micros) {
  if (micros < 8) return static_cast<std::size_t>(micros);
  const int octave = std::bit_width(micros) - 4;
  const std::size_t bucket = static_cast<std::size_t>(octave) * 8 + (micros >> octave);
  return std::min(bucket, kBuckets - 1);
}

std::uint64_t LatencyHistogram::upperMicros(std::size_t bucket) {
  if (bucket < 16) return bucket;
  const std::size_t octave = bucket / 8 - 1;
  const std::uint64_t lead = bucket % 8 + 8;
  return ((lead + 1) << octave) - 1;
}

void LatencyHistogram::record(std::chrono::nanoseconds latency) {
  const auto micros = std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::microseconds>(latency).count());
  ++buckets_[bucketOf(static_cast<std::uint64_t>(micros))];
  ++count_;
  sumSeconds_ += static_cast<double>(micros) * 1e-6;
}

double LatencyHistogram::quantileMs(double q) const {
  if (count_ == 0) return 0;
  const auto rank = static_cast<std::uint64_t>(
      std::clamp(std::ceil(q * static_cast<double>(count_)), 1.0, static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) return static_cast<double>(upperMicros(bucket)) * 1e-3;
  }
  return static_cast<double>(upperMicros(kBuckets - 1)) * 1e-3;
}

std::uint64_t LatencyHistogram::countAtMost(std::chrono::nanoseconds limit) const {
  const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::microseconds>(limit).count()));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket + 1 < kBuckets && upperMicros(bucket) <= micros; ++bucket) {
    seen += buckets_[bucket];
  }
  return seen;
}

LatencyHistogram LatencyHistogram::since(const LatencyHistogram& earlier) const {
  LatencyHistogram difference;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    difference.buckets_[i] = buckets_[i] - earlier.buckets_[i];
  }
  difference.count_ = count_ - earlier.count_;
  difference.sumSeconds_ = sumSeconds_ - earlier.sumSeconds_;
  return difference;
}

}  // namespace shopkeeper::sidecar
