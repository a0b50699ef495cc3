#include "sidecar/proxy/upstream.h"

#include <algorithm>

#include "sidecar/agent/host_port.h"
#include "sidecar/proxy/selection.h"

namespace shopkeeper::sidecar {
namespace {

bool isError(Outcome outcome) { return outcome != Outcome::Success && outcome != Outcome::Neutral; }

Rank rankOf(const wire::Endpoint& spec, bool healthy) {
  if (spec.weight == 0) return Rank::Excluded;
  if (!healthy) return Rank::Unhealthy;
  if (spec.terminating) return Rank::Terminating;
  return spec.tier == wire::Tier::Primary ? Rank::Primary : Rank::Standby;
}

}  // namespace

Upstream::Upstream(std::string name, const Clock& clock, HealthListener listener,
                   HealthPolicy health)
    : name_(std::move(name)),
      clock_(clock),
      listener_(std::move(listener)),
      healthPolicy_(health),
      budget_(policy_.retryBudgetPercent) {}

UpstreamPolicy Upstream::policy() const {
  std::lock_guard lock(mutex_);
  return policy_;
}

void Upstream::configure(const UpstreamPolicy& policy,
                         const std::vector<wire::Endpoint>& endpoints) {
  std::lock_guard lock(mutex_);
  policy_ = policy;
  budget_.setPercent(policy.retryBudgetPercent);
  std::vector<std::unique_ptr<Slot>> next;
  next.reserve(endpoints.size());
  for (const wire::Endpoint& spec : endpoints) {
    const auto address = parseHostPort(spec.address);
    if (!address) continue;  // refused before, when the directives were accepted
    const auto same = [&](const auto& slot) {
      return slot != nullptr && slot->spec.address == spec.address && slot->spec.pod == spec.pod;
    };
    const auto old = std::find_if(slots_.begin(), slots_.end(), same);
    if (old != slots_.end()) {
      (*old)->spec = spec;
      next.push_back(std::move(*old));
      continue;
    }
    if (std::any_of(next.begin(), next.end(), same)) continue;  // listed twice
    auto slot = std::make_unique<Slot>(
        Slot{std::make_shared<EndpointId>(EndpointId{spec.address, address->host, address->port,
                                                     spec.pod.empty() ? spec.address : spec.pod}),
             spec,
             EndpointHealth(healthPolicy_),
             {},
             0});
    next.push_back(std::move(slot));
  }
  slots_ = std::move(next);
}

Upstream::Slot* Upstream::find(const EndpointId& id) {
  for (const auto& slot : slots_) {
    if (slot->id.get() == &id) return slot.get();
  }
  return nullptr;
}

Upstream::Pick Upstream::pick(std::span<const EndpointRef> tried, bool mayProbe) {
  std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.now();
  Pick pick;
  pick.startedAt = now;
  pick.retry = !tried.empty();
  if (!pick.retry) {
    ++requests_;
    budget_.onRequest(now);
  }
  if (inFlight_ >= policy_.maxInFlight) {
    ++overload_;
    pick.refusal = Refusal::Overload;
    return pick;
  }

  const auto wasTried = [&](const Slot& slot) {
    return std::find(tried.begin(), tried.end(), slot.id) != tried.end();
  };
  Slot* chosen = nullptr;
  if (mayProbe && !pick.retry) {
    for (const auto& slot : slots_) {
      if (slot->spec.weight > 0 && slot->health.wantsProbe(now)) {
        chosen = slot.get();
        chosen->health.beginProbe();
        break;
      }
    }
  }
  if (chosen == nullptr) {
    thread_local std::vector<Candidate> candidates;  // no allocation per request
    candidates.clear();
    for (const auto& slot : slots_) {
      const Rank rank =
          wasTried(*slot) ? Rank::Excluded : rankOf(slot->spec, slot->health.healthy());
      candidates.push_back({rank, slot->spec.weight, &slot->roundRobin});
    }
    const int index = selectSmooth(candidates);
    if (index >= 0) chosen = slots_[static_cast<std::size_t>(index)].get();
  }
  if (chosen == nullptr) {
    if (!pick.retry) ++noEndpoint_;
    return pick;
  }
  if (pick.retry && !budget_.spend(now)) {
    ++retriesRefused_;
    pick.refusal = Refusal::BudgetSpent;
    return pick;
  }
  pick.alternative = std::any_of(slots_.begin(), slots_.end(), [&](const auto& slot) {
    return slot.get() != chosen && !wasTried(*slot) && slot->health.healthy() &&
           slot->spec.weight > 0;
  });
  pick.endpoint = chosen->id;
  ++inFlight_;
  ++chosen->counts.inFlight;
  ++chosen->counts.requests;
  if (pick.retry) ++chosen->counts.retries;
  return pick;
}

void Upstream::finish(const Pick& pick, Outcome outcome) {
  std::optional<HealthEvent> event;
  {
    std::lock_guard lock(mutex_);
    --inFlight_;
    Slot* slot = find(*pick.endpoint);
    if (slot == nullptr) return;  // removed meanwhile
    const MonotonicTime now = clock_.now();
    const MonotonicTime answered = pick.answeredAt == MonotonicTime{} ? now : pick.answeredAt;
    --slot->counts.inFlight;
    if (isError(outcome)) {
      ++slot->counts.errors;
      ++slot->counts.failures[outcome];
    }
    if (outcome != Outcome::Neutral) slot->counts.latency.record(answered - pick.startedAt);
    const bool wasHealthy = slot->health.healthy();
    slot->health.onOutcome(outcome, pick.startedAt, now);
    event = changed(*slot, wasHealthy);
  }
  if (event && listener_) listener_(*event);
}

std::vector<EndpointRef> Upstream::wantingCheck(Duration idleFor) const {
  std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.now();
  std::vector<EndpointRef> due;
  for (const auto& slot : slots_) {
    if (!slot->health.healthy() || now - slot->health.lastSign() >= idleFor) {
      due.push_back(slot->id);
    }
  }
  return due;
}

void Upstream::checked(const EndpointRef& endpoint, CheckResult result) {
  std::optional<HealthEvent> event;
  {
    std::lock_guard lock(mutex_);
    Slot* slot = find(*endpoint);
    if (slot == nullptr) return;
    const bool wasHealthy = slot->health.healthy();
    slot->health.onCheck(result, clock_.now());
    event = changed(*slot, wasHealthy);
  }
  if (event && listener_) listener_(*event);
}

std::optional<HealthEvent> Upstream::changed(const Slot& slot, bool wasHealthy) const {
  if (slot.health.healthy() == wasHealthy) return std::nullopt;
  return HealthEvent{name_, slot.id->address, slot.id->pod, slot.health.healthy(),
                     slot.health.reason()};
}

UpstreamView Upstream::view() const {
  std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.now();
  UpstreamView view{name_, policy_, requests_, retriesRefused_, noEndpoint_, overload_, {}};
  view.endpoints.reserve(slots_.size());
  for (const auto& slot : slots_) {
    const bool out = !slot->health.healthy();
    view.endpoints.push_back(
        {slot->spec, slot->health.state(), slot->health.reason(), slot->health.ejections(),
         out ? std::max(Duration(0), slot->health.ejectedUntil() - now) : Duration(0),
         slot->counts});
  }
  return view;
}

}  // namespace shopkeeper::sidecar
