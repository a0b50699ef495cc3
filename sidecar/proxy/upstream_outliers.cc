// Who is taken out of rotation, and who is not although something speaks against it.
#include <algorithm>
#include <cmath>

#include "sidecar/proxy/upstream.h"

namespace shopkeeper::sidecar {
namespace {

// How often what shows only with time is looked at, as long as there are requests.
constexpr std::chrono::milliseconds kSweepEvery{50};
// Does an endpoint fail more than its peers by more than chance? Two-proportion z-test; with three
// standard errors a look in a thousand is wrong. Fewer than kLeast requests at peers say nothing.
constexpr double kStandardErrors = 3;
constexpr std::uint64_t kLeast = 5;

bool failsMore(double own, double ownCount, double others, double othersCount) {
  const double all = (own * ownCount + others * othersCount) / (ownCount + othersCount);
  const double error = std::sqrt(all * (1 - all) * (1 / ownCount + 1 / othersCount));
  return own - others > kStandardErrors * error;
}

std::string milliseconds(double value) {
  return std::to_string(static_cast<long>(std::lround(value))) + " ms";
}

double toMs(Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

}  // namespace

void Upstream::sweep(MonotonicTime now) {
  const bool due = now >= nextSweep_;
  if (due) {
    nextSweep_ = now + kSweepEvery;
    findHanging(now);
    findSlow(now);
  }
  if (!due && !dirty_) return;
  rotation_.rebuild(slots_, *policy_, now);
  dirty_ = false;
}

void Upstream::findHanging(MonotonicTime now) {
  std::optional<double> tail;
  for (const auto& slot : slots_) {
    if (!slot->health.mayBeSuspected(now)) continue;
    if (!tail) tail = recent_.quantileMs(0.99, now);
    const Duration limit = hangLimit(*tail, slot->waiting.count());
    const std::uint64_t others = answers_ - slot->answers;
    if (!slot->hang.hangs(slot->waiting, slot->lastAnswer, others, limit, now)) continue;
    consider(*slot,
             {EjectionCause::Hang,
              "no answer to " + std::to_string(slot->waiting.count()) + " requests for " +
                  milliseconds(toMs(slot->hang.silence(now))) + ", while its peers gave " +
                  std::to_string(slot->hang.answersMeanwhile(others))},
             now);
  }
}

// Peers are the endpoints of the same revision and tier.
void Upstream::findSlow(MonotonicTime now) {
  const wire::OutlierPolicy& outlier = policy_->outlier;
  if (outlier.latencyFactor == 0 || slots_.size() < 2) return;
  thread_local std::vector<EndpointSlot*> order;
  thread_local std::vector<double> medians, others;
  order.clear();
  for (const auto& slot : slots_) {
    if (slot->health.healthy() && slot->allowed()) order.push_back(slot.get());
  }
  const auto key = [](const EndpointSlot* slot) { return std::pair(slot->group, slot->tier()); };
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto* a, const auto* b) { return key(a) < key(b); });
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    medians.clear();
    for (; to < order.size() && key(order[to]) == key(order[from]); ++to) {
      medians.push_back(order[to]->health.latencies().median(outlier.latencyRequests).value_or(-1));
    }
    mediansOfOthers(medians, others);
    for (std::size_t i = 0; i < medians.size(); ++i) {
      if (!slowerThanPeers(medians[i], others[i], outlier)) continue;
      if (!order[from + i]->health.mayBeSuspected(now)) continue;
      consider(*order[from + i],
               {EjectionCause::Latency, "median latency " + milliseconds(medians[i]) +
                                            ", that of its peers is " + milliseconds(others[i])},
               now);
    }
    from = to;
  }
}

void Upstream::consider(EndpointSlot& slot, const Suspicion& suspicion, MonotonicTime now) {
  const std::string against = whyNot(slot, suspicion);
  if (!against.empty()) return slot.health.refuse(suspicion, against, now);
  const bool wasHealthy = slot.health.healthy();
  slot.health.eject(suspicion, now);
  noteHealth(slot, wasHealthy);
}

std::string Upstream::whyNot(const EndpointSlot& slot, const Suspicion& suspicion) const {
  int others = 0;
  std::uint64_t samples = 0, failures = 0;
  for (const auto& other : slots_) {
    if (other.get() == &slot || !other->allowed() || !other->health.healthy()) continue;
    ++others;
    samples += other->health.successes().samples();
    failures += other->health.successes().failures();
  }
  const int least = policy_->outlier.minHealthy;
  if (others < least) {
    return "only " + std::to_string(others) + " others are in rotation, minHealthy is " +
           std::to_string(least);
  }
  if (suspicion.cause != EjectionCause::SuccessRate) return {};
  const auto enough = static_cast<std::uint64_t>(policy_->outlier.successRateRequests);
  if (samples < enough) return "too few requests at its peers to compare with";
  const SuccessWindow& own = slot.health.successes();
  const double theirs = static_cast<double>(failures) / static_cast<double>(samples);
  if (failsMore(static_cast<double>(own.failures()) / own.samples(), own.samples(), theirs,
                static_cast<double>(samples))) {
    return {};
  }
  return "its peers do no better, " + std::to_string(100 * failures / samples) +
         " % of their requests fail";
}

void Upstream::noteHealth(const EndpointSlot& slot, bool wasHealthy) {
  if (slot.health.healthy() == wasHealthy) return;
  dirty_ = true;
  events_.push_back(
      {name_, slot.id->address, slot.id->pod, slot.health.healthy(), slot.health.reason()});
}

}  // namespace shopkeeper::sidecar
