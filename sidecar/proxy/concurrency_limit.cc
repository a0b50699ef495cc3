#include "sidecar/proxy/concurrency_limit.h"

#include <cmath>

namespace shopkeeper::sidecar {
namespace {

constexpr double kSmoothing = 0.2;
constexpr double kLongWindows = 600;
constexpr std::uint64_t kWarmUp = 10;

}  // namespace

void ConcurrencyLimit::setBounds(int most, bool adaptive) {
  if (most == most_ && adaptive == adaptive_) return;
  most_ = most;
  adaptive_ = adaptive;
  limit_ = most;
}

void ConcurrencyLimit::onSample(Duration latency, int inFlight, MonotonicTime now) {
  if (!adaptive_) return;
  if (samples_ == 0) windowStart_ = now;
  sum_ += std::chrono::duration<double>(latency).count();
  ++samples_;
  peak_ = std::max(peak_, inFlight);
  if (samples_ < kSamples || now - windowStart_ < kWindow) return;
  update();
  sum_ = 0;
  samples_ = 0;
  peak_ = 0;
}

void ConcurrencyLimit::update() {
  const double present = std::max(1e-6, sum_ / static_cast<double>(samples_));
  ++windows_;
  // A plain average while warming up, then an exponential one over kLongWindows.
  const double weight =
      windows_ <= kWarmUp ? 1.0 / static_cast<double>(windows_) : 2.0 / (kLongWindows + 1);
  const bool overloaded = windows_ > kWarmUp && present > kTolerance * longTerm_;
  longTerm_ += (present - longTerm_) * (overloaded ? weight / 10 : weight);
  if (longTerm_ > 2 * present) longTerm_ *= 0.95;
  const double gradient = std::clamp(kTolerance * longTerm_ / present, 0.5, 1.0);
  if (gradient < 1 && peak_ < kFloor) return;
  const double wanted = gradient * limit_ + std::sqrt(limit_);
  limit_ = (1 - kSmoothing) * limit_ + kSmoothing * wanted;
  limit_ = std::clamp<double>(limit_, std::min(kFloor, most_), most_);
}

}  // namespace shopkeeper::sidecar
