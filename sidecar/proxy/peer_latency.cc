#include "sidecar/proxy/peer_latency.h"

#include <algorithm>

namespace shopkeeper::sidecar {

void LastLatencies::record(Duration latency, Duration window, MonotonicTime now) {
  if (now - last_ > window) count_ = 0;
  last_ = now;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
  micros_[next_] = static_cast<std::uint32_t>(std::clamp<std::int64_t>(micros, 0, UINT32_MAX));
  next_ = (next_ + 1) % kKept;
  count_ = std::min(count_ + 1, kKept);
}

std::optional<double> LastLatencies::median(int samples) const {
  const std::size_t wanted = std::min(static_cast<std::size_t>(std::max(1, samples)), kKept);
  if (count_ < wanted) return std::nullopt;
  std::array<std::uint32_t, kKept> last;
  for (std::size_t i = 0; i < wanted; ++i) last[i] = micros_[(next_ + kKept - 1 - i) % kKept];
  const auto middle = last.begin() + static_cast<std::ptrdiff_t>(wanted / 2);
  std::nth_element(last.begin(), middle, last.begin() + static_cast<std::ptrdiff_t>(wanted));
  return static_cast<double>(*middle) * 1e-3;
}

void mediansOfOthers(std::span<const double> medians, std::vector<double>& others) {
  others.assign(medians.size(), -1);
  thread_local std::vector<std::size_t> order;
  order.clear();
  for (std::size_t i = 0; i < medians.size(); ++i) {
    if (medians[i] >= 0) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return medians[a] < medians[b]; });
  const std::size_t known = order.size();
  for (std::size_t i = 0; i < medians.size(); ++i) {
    const bool counted = medians[i] >= 0;
    const std::size_t rest = known - (counted ? 1 : 0);
    if (rest == 0) continue;
    std::size_t middle = (rest - 1) / 2;
    if (counted) {
      const auto rank =
          static_cast<std::size_t>(std::find(order.begin(), order.end(), i) - order.begin());
      if (middle >= rank) ++middle;
    }
    others[i] = medians[order[middle]];
  }
}

bool slowerThanPeers(double medianMs, double othersMs, const wire::OutlierPolicy& policy) {
  return policy.latencyFactor > 0 && medianMs >= 0 && othersMs >= 0 &&
         medianMs > policy.latencyMinMs && medianMs > policy.latencyFactor * othersMs;
}

}  // namespace shopkeeper::sidecar
