#include "operator/kube/backoff.h"

#include <algorithm>
#include <cmath>

namespace shopkeeper::kube {
namespace {

Duration doubled(Duration base, int times, Duration max) {
  const double factor = std::ldexp(1.0, std::min(times, 60));
  const double nanos = static_cast<double>(base.count()) * factor;
  return nanos >= static_cast<double>(max.count()) ? max : Duration(static_cast<long long>(nanos));
}

}  // namespace

Backoff::Backoff(Options options, const Clock& clock, Random& random)
    : options_(options), clock_(clock), random_(random) {}

Duration Backoff::next() {
  const MonotonicTime now = clock_.now();
  if (failures_ > 0 && now - last_ >= options_.resetAfter) failures_ = 0;
  const Duration base = doubled(options_.initial, failures_, options_.max);
  ++failures_;
  const auto spread = static_cast<long long>(static_cast<double>(base.count()) * random_.uniform());
  const Duration wait = std::min(base + Duration(spread), options_.max);
  last_ = now + wait;  // the wait itself is not quiet time
  return wait;
}

Duration ItemBackoff::next(const ObjectKey& key) {
  const int before = failures_[key]++;
  return doubled(options_.base, before, options_.max);
}

int ItemBackoff::failures(const ObjectKey& key) const {
  const auto found = failures_.find(key);
  return found == failures_.end() ? 0 : found->second;
}

}  // namespace shopkeeper::kube
