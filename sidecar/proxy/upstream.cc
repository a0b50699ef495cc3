#include "sidecar/proxy/upstream.h"

#include <algorithm>

#include "sidecar/agent/host_port.h"

namespace shopkeeper::sidecar {
namespace {

constexpr std::size_t kMaxVersions = 32;  // counted at once

bool isError(Outcome outcome) { return outcome != Outcome::Success && outcome != Outcome::Neutral; }

// The endpoint said something, whatever it was.
bool isAnswer(Outcome outcome) {
  return outcome == Outcome::Success || outcome == Outcome::ServerError ||
         outcome == Outcome::GatewayError;
}

}  // namespace

Upstream::Upstream(std::string name, const Clock& clock, HealthListener listener, Random& random,
                   Locality self)
    : name_(std::move(name)),
      clock_(clock),
      listener_(std::move(listener)),
      policy_(std::make_shared<wire::TrafficPolicy>()),
      rotation_(random, std::move(self)) {}

// Makes a change under the lock, then tells of what became of endpoints' health.
template <class Change>
auto Upstream::change(Change make) {
  std::vector<HealthEvent> events;
  std::unique_lock lock(mutex_);
  const auto tell = [&] {
    events.swap(events_);
    lock.unlock();
    if (!listener_) return;
    for (const HealthEvent& event : events) listener_(event);
  };
  if constexpr (std::is_void_v<decltype(make(MonotonicTime()))>) {
    make(clock_.now());
    tell();
  } else {
    auto result = make(clock_.now());
    tell();
    return result;
  }
}

std::shared_ptr<const wire::TrafficPolicy> Upstream::policy() const {
  std::lock_guard lock(mutex_);
  return policy_;
}

void Upstream::configure(const wire::Upstream& spec) {
  std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.now();
  policy_ = std::make_shared<wire::TrafficPolicy>(spec.policy);
  budget_.setLimits(policy_->retries.budgetPercent, policy_->retries.budgetPerSecond);
  limit_.setBounds(policy_->isolation.maxInFlight, policy_->isolation.adaptive);
  revisions_ = spec.revisions;
  pin_ = spec.pin;
  configureMirrors(spec.mirrors);
  EndpointSlots next;
  next.reserve(spec.endpoints.size());
  for (const wire::Endpoint& endpoint : spec.endpoints) {
    const auto address = parseHostPort(endpoint.address);
    if (!address) continue;  // refused before, when the directives were accepted
    const auto same = [&](const auto& slot) {
      return slot != nullptr && slot->spec.address == endpoint.address &&
             slot->spec.pod == endpoint.pod;
    };
    if (std::any_of(next.begin(), next.end(), same)) continue;  // listed twice
    const auto old = std::find_if(slots_.begin(), slots_.end(), same);
    if (old != slots_.end()) {
      next.push_back(std::move(*old));
    } else {
      next.push_back(std::make_unique<EndpointSlot>());
      next.back()->id = std::make_shared<EndpointId>(
          EndpointId{endpoint.address, address->host, address->port,
                     endpoint.pod.empty() ? endpoint.address : endpoint.pod});
      if (known_) next.back()->newSince = now;
    }
    next.back()->spec = endpoint;
    next.back()->health.setPolicy(policy_->outlier);
  }
  slots_ = std::move(next);
  known_ = known_ || !slots_.empty();
  rotation_.configure(revisions_);
  rotation_.rebuild(slots_, *policy_, now);
  dirty_ = false;
  if (counts_.size() <= kMaxVersions) return;
  std::erase_if(counts_, [&](const auto& each) {
    return std::none_of(slots_.begin(), slots_.end(),
                        [&](const auto& slot) { return slot->spec.version == each.first; });
  });
}

EndpointSlot* Upstream::find(const EndpointId* id, std::size_t hint) const {
  if (hint < slots_.size() && slots_[hint]->id.get() == id) return slots_[hint].get();
  for (const auto& slot : slots_) {
    if (slot->id.get() == id) return slot.get();
  }
  return nullptr;
}

Upstream::Pick Upstream::pick(const PickRequest& request) {
  return change([&](MonotonicTime now) { return choose(request, now); });
}

Upstream::Pick Upstream::choose(const PickRequest& request, MonotonicTime now) {
  Pick pick;
  pick.startedAt = now;
  pick.retry = !request.tried.empty();
  pick.hedge = request.hedge;
  if (!pick.retry) {
    ++requests_;
    budget_.onRequest(now);
  }
  sweep(now);
  const wire::Priority priority = request.priority.value_or(policy_->priority);
  const auto overloaded = [&] {
    if (!request.hedge) {  // without one the request goes on
      ++overload_;
      ++shed_[static_cast<std::size_t>(priority)];
    }
    pick.refusal = Refusal::Overload;
    return pick;
  };
  if (!admits(limit_.limit(), inFlight_, priority)) return overloaded();

  const EndpointSlot* beside =
      request.hedge ? find(request.tried.back().get(), slots_.size()) : nullptr;
  if (request.hedge && beside == nullptr) return pick;  // removed meanwhile
  const int group = beside != nullptr
                        ? beside->group
                        : rotation_.chooseGroup(policy_->sticky ? request.user : std::nullopt);
  int index = -1;
  bool full = false;
  if (const int pin = pinned(); pin >= 0) {
    const EndpointRef& id = slots_[static_cast<std::size_t>(pin)]->id;
    const bool tried =
        std::find(request.tried.begin(), request.tried.end(), id) != request.tried.end();
    if (!tried) index = pin;
  } else {
    if (!pick.retry) index = chooseFirst(request, group, now);
    if (index < 0) index = chooseAny(request, group, beside, now, full);
  }
  if (index < 0) {
    if (full) return overloaded();
    if (!pick.retry) ++noEndpoint_;
    return pick;
  }
  if (pick.retry && !budget_.spend(now)) {
    ++(request.hedge ? hedges_.refused : retriesRefused_);
    pick.refusal = Refusal::BudgetSpent;
    return pick;
  }
  EndpointSlot& slot = *slots_[static_cast<std::size_t>(index)];
  int others = pin_.empty() || pinned() < 0 ? rotation_.healthyCount() : 0;
  if (slot.health.healthy()) --others;
  for (const EndpointRef& tried : request.tried) {
    const EndpointSlot* old = find(tried.get(), slots_.size());
    if (old != nullptr && old->allowed() && old->health.healthy()) --others;
  }
  pick.alternative = others > 0;
  pick.endpoint = slot.id;
  pick.slot = static_cast<std::size_t>(index);
  pick.waiting = slot.waiting.add(now);
  if (pick.hedge) ++hedges_.started;
  ++inFlight_;
  ++slot.counts.inFlight;
  ++slot.counts.requests;
  if (pick.retry) {
    ++slot.counts.retries;
  } else if (!slot.spec.version.empty()) {
    ++counts_[slot.spec.version].requests;
  }
  return pick;
}

int Upstream::pinned() const {
  if (pin_.empty()) return -1;
  const auto found = std::find_if(slots_.begin(), slots_.end(), [&](const auto& slot) {
    return slot->spec.pod == pin_ && slot->spec.order != wire::EndpointOrder::Eject;
  });
  return found == slots_.end() ? -1 : static_cast<int>(found - slots_.begin());
}

int Upstream::chooseFirst(const PickRequest& request, int group, MonotonicTime now) {
  if (request.mayProbe) {
    for (const int index : rotation_.ejected(group)) {
      EndpointHealth& health = slots_[static_cast<std::size_t>(index)]->health;
      if (!health.wantsProbe(now)) continue;
      health.beginProbe();
      return index;
    }
  }
  return rotation_.choose(group, slots_, policy_->isolation.maxInFlightPerEndpoint, now);
}

// For retries, and where the rotation has nothing: the best of all there are. Own revision before
// others, primary before standby, then what is on its way down, then what is ejected. For a hedge
// only what ranks as the endpoint `beside` does while it is well.
int Upstream::chooseAny(const PickRequest& request, int group, const EndpointSlot* beside,
                        MonotonicTime now, bool& full) const {
  constexpr int kLeaving = 6, kEjected = 7, kDead = 8;
  const int room = policy_->isolation.maxInFlightPerEndpoint;
  int best = -1;
  int bestRank = kDead + 1;
  double bestCost = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const EndpointSlot& slot = *slots_[i];
    if (!slot.allowed()) continue;
    if (std::find(request.tried.begin(), request.tried.end(), slot.id) != request.tried.end()) {
      continue;
    }
    int rank = rotation_.strangeness(group, slot.group) * 2 + static_cast<int>(slot.tier());
    if (slot.leaving()) rank = kLeaving;
    if (!slot.health.healthy()) {
      if (policy_->tiers.panicPercent == 0) continue;
      rank = slot.health.dead() ? kDead : kEjected;
    }
    if (beside != nullptr && rank != static_cast<int>(beside->tier())) continue;
    if (room > 0 && slot.counts.inFlight >= static_cast<std::uint64_t>(room)) {
      full = true;
      continue;
    }
    const double cost = loadCost(slot.latency, slot.counts.inFlight, 1,
                                 rotation_.typicalLatency(slot.group, slot.tier()), now);
    if (rank > bestRank || (rank == bestRank && cost >= bestCost)) continue;
    best = static_cast<int>(i);
    bestRank = rank;
    bestCost = cost;
  }
  return best;
}

void Upstream::recordAnswer(EndpointSlot& slot, MonotonicTime startedAt, Outcome outcome,
                            MonotonicTime now) {
  const Duration latency = now - startedAt;
  slot.lastAnswer = now;
  ++slot.answers;
  ++answers_;
  limit_.onSample(latency, static_cast<int>(inFlight_), now);
  recent_.record(latency, now);
  if (outcome != Outcome::Success) return;
  slot.latency.observe(latency, now);
  slot.health.onLatency(latency, now);
}

void Upstream::answered(Pick& pick, Outcome outcome) {
  std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.now();
  pick.answeredAt = now;
  EndpointSlot* slot = find(pick.endpoint.get(), pick.slot);
  if (slot == nullptr) return;
  slot->waiting.remove(pick.waiting);
  if (isAnswer(outcome)) recordAnswer(*slot, pick.startedAt, outcome, now);
}

void Upstream::finish(const Pick& pick, Outcome outcome) {
  change([&](MonotonicTime now) {
    --inFlight_;
    if (pick.hedge) ++(pick.won ? hedges_.won : hedges_.lost);
    EndpointSlot* slot = find(pick.endpoint.get(), pick.slot);
    if (slot == nullptr) return;  // removed meanwhile
    --slot->counts.inFlight;
    const bool before = pick.answeredAt != MonotonicTime{};
    const Duration latency = (before ? pick.answeredAt : now) - pick.startedAt;
    if (!before) {
      slot->waiting.remove(pick.waiting);
      if (isAnswer(outcome)) recordAnswer(*slot, pick.startedAt, outcome, now);
    }
    if (outcome == Outcome::Timeout) limit_.onSample(latency, static_cast<int>(inFlight_), now);
    if (isError(outcome)) {
      ++slot->counts.errors;
      ++slot->counts.failures[outcome];
      const double typical = rotation_.typicalLatency(slot->group, slot->tier());
      slot->latency.observe(failureLatency(slot->latency, latency, typical), now);
      const auto counts = counts_.find(slot->spec.version);
      if (!pick.retry && counts != counts_.end()) ++counts->second.errors;
    }
    if (outcome != Outcome::Neutral) slot->counts.latency.record(latency);
    const bool wasHealthy = slot->health.healthy();
    const auto suspicion = slot->health.onOutcome(outcome, pick.startedAt, now);
    noteHealth(*slot, wasHealthy);
    if (suspicion) consider(*slot, *suspicion, now);
  });
}

bool Upstream::worthWaiting(const Pick& pick) {
  return change([&](MonotonicTime now) {
    sweep(now);
    const EndpointSlot* slot = find(pick.endpoint.get(), pick.slot);
    return slot == nullptr || !slot->health.dead() || slot->health.changedAt() < pick.startedAt;
  });
}

std::vector<EndpointRef> Upstream::wantingCheck(Duration idleFor) {
  return change([&](MonotonicTime now) {
    sweep(now);  // what shows with time does so without requests too
    std::vector<EndpointRef> due;
    for (const auto& slot : slots_) {
      if (!slot->health.healthy() || now - slot->health.lastSign() >= idleFor) {
        due.push_back(slot->id);
      }
    }
    return due;
  });
}

void Upstream::checked(const EndpointRef& endpoint, CheckResult result) {
  change([&](MonotonicTime now) {
    EndpointSlot* slot = find(endpoint.get(), slots_.size());
    if (slot == nullptr) return;
    const bool wasHealthy = slot->health.healthy();
    slot->health.onCheck(result, now);
    noteHealth(*slot, wasHealthy);
  });
}

UpstreamView Upstream::view() const {
  std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.now();
  UpstreamView view;
  view.name = name_;
  view.policy = *policy_;
  view.requests = requests_;
  view.retriesRefused = retriesRefused_;
  view.hedges = hedges_;
  view.noEndpoint = noEndpoint_;
  view.overload = overload_;
  view.shed = shed_;
  view.inFlight = inFlight_;
  view.limit = limit_.limit();
  for (const wire::RevisionWeight& revision : revisions_) {
    const auto counts = counts_.find(revision.version);
    const RevisionCounts got = counts == counts_.end() ? RevisionCounts() : counts->second;
    view.revisions.push_back({revision.version, revision.weight, got.requests, got.errors});
  }
  for (const auto& [version, got] : counts_) {
    const auto listed =
        std::find_if(revisions_.begin(), revisions_.end(),
                     [&](const auto& revision) { return revision.version == version; });
    if (listed == revisions_.end()) {
      view.revisions.push_back({version, 0, got.requests, got.errors});
    }
  }
  rotation_.describe(view.tiers);
  for (const MirrorState& mirror : mirrors_) view.mirrors.push_back(mirror.counts);
  view.endpoints.reserve(slots_.size());
  for (const auto& slot : slots_) {
    const EndpointHealth& health = slot->health;
    const Duration out = health.healthy() ? Duration(0) : health.ejectedUntil() - now;
    view.endpoints.push_back({slot->spec, health.state(), health.reason(), health.refusal(now),
                              health.ejectionCount(), health.ejections(), health.refusals(),
                              std::max(Duration(0), out), slot->counts});
  }
  return view;
}

}  // namespace shopkeeper::sidecar
