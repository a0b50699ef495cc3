#include "sidecar/proxy/endpoint_health.h"

#include <algorithm>
#include <numeric>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

constexpr int kUnreachableChecks = 2;               // in a row
constexpr std::chrono::seconds kStepDownAfter{10};  // healthy that long: the back-off halves

std::string inARow(int count, const char* what) {
  return std::to_string(count) + " " + what + " in a row";
}

bool reached(int count, int threshold) { return threshold > 0 && count >= threshold; }

}  // namespace

bool EndpointHealth::dead() const {
  if (state_ == State::Healthy) return false;
  return cause_ == EjectionCause::ConnectFailures || cause_ == EjectionCause::Hang ||
         cause_ == EjectionCause::NotReady || cause_ == EjectionCause::Unreachable;
}

bool EndpointHealth::wantsProbe(MonotonicTime now) const {
  if (state_ != State::Ejected || now < until_) return false;
  return !checkFailed_ || now >= changedAt_ + milliseconds(policy_.maxEjectionMs);
}

void EndpointHealth::clearInARow() {
  connectFailures_ = gatewayFailures_ = serverErrors_ = unreachableChecks_ = 0;
}

void EndpointHealth::clearCounters() {
  clearInARow();
  successes_.clear();
  latencies_.clear();
}

void EndpointHealth::eject(Suspicion suspicion, MonotonicTime now) {
  if (state_ == State::Healthy) {
    const auto steps = (now - changedAt_) / kStepDownAfter;
    level_ = static_cast<int>(std::max<std::int64_t>(0, level_ - steps));
  }
  state_ = State::Ejected;
  cause_ = suspicion.cause;
  changedAt_ = now;
  checkFailed_ = false;
  reason_ = std::move(suspicion.reason);
  refusal_.clear();
  ++ejections_[static_cast<std::size_t>(cause_)];
  const Duration backOff = milliseconds(policy_.baseEjectionMs) * (1 << std::min(level_, 16));
  until_ = now + std::min<Duration>(milliseconds(policy_.maxEjectionMs), backOff);
  ++level_;
  clearCounters();
}

void EndpointHealth::refuse(const Suspicion& suspicion, const std::string& why, MonotonicTime now) {
  refusal_ = "not ejected for " + suspicion.reason + ": " + why;
  refusedAt_ = now;
  ++refusals_[static_cast<std::size_t>(suspicion.cause)];
  quietUntil_ = now + window() / 10;
  clearInARow();
}

void EndpointHealth::recover(MonotonicTime now) {
  state_ = State::Healthy;
  changedAt_ = now;
  checkFailed_ = false;
  reason_.clear();
  clearCounters();
}

std::optional<Suspicion> EndpointHealth::onOutcome(Outcome outcome, MonotonicTime startedAt,
                                                   MonotonicTime now) {
  if (startedAt < changedAt_) {
    const bool awake = state_ == State::Ejected && cause_ == EjectionCause::Hang;
    if (awake && outcome == Outcome::Success) recover(now);
    return std::nullopt;
  }
  if (outcome == Outcome::Neutral) {
    // The probe told nothing: the next request may try again at once.
    if (state_ == State::Probing) state_ = State::Ejected;
    return std::nullopt;
  }
  lastSign_ = now;
  if (outcome == Outcome::Success) {
    // A success out of an ejected state is the probe's, or one chosen for want of anything better.
    if (state_ != State::Healthy) {
      recover(now);
    } else {
      clearInARow();
    }
    successes_.record(true, window(), now);
    return std::nullopt;
  }
  if (state_ == State::Probing) {
    eject({cause_, reason_}, now);
    return std::nullopt;
  }
  if (state_ == State::Ejected) return std::nullopt;
  successes_.record(false, window(), now);
  return countFailure(outcome, now);
}

std::optional<Suspicion> EndpointHealth::countFailure(Outcome outcome, MonotonicTime now) {
  switch (outcome) {
    case Outcome::ConnectFailed:
      if (reached(++connectFailures_, policy_.connectFailures)) {
        return Suspicion{EjectionCause::ConnectFailures,
                         inARow(connectFailures_, "failed connects")};
      }
      break;
    case Outcome::ServerError:
      gatewayFailures_ = 0;
      if (reached(++serverErrors_, policy_.serverErrors)) {
        return Suspicion{EjectionCause::ServerErrors, inARow(serverErrors_, "server errors")};
      }
      break;
    case Outcome::GatewayError:
    case Outcome::Reset:
    case Outcome::Timeout:
      if (reached(++gatewayFailures_, policy_.gatewayFailures)) {
        return Suspicion{EjectionCause::GatewayFailures,
                         inARow(gatewayFailures_, "resets, time-outs or gateway errors") +
                             ", last: " + toString(outcome)};
      }
      break;
    case Outcome::Success:
    case Outcome::Neutral:
      break;
  }
  if (!mayBeSuspected(now)) return std::nullopt;
  const bool enough = successes_.samples() >= static_cast<unsigned>(policy_.successRateRequests);
  if (!enough || successes_.successPercent() >= policy_.successRatePercent) return std::nullopt;
  return Suspicion{EjectionCause::SuccessRate, std::to_string(successes_.failures()) + " of " +
                                                   std::to_string(successes_.samples()) +
                                                   " requests failed within " +
                                                   std::to_string(policy_.windowMs) + " ms"};
}

void EndpointHealth::onLatency(Duration latency, MonotonicTime now) {
  if (state_ == State::Healthy) latencies_.record(latency, window(), now);
}

void EndpointHealth::onCheck(CheckResult result, MonotonicTime now) {
  lastSign_ = now;
  if (result == CheckResult::Passed) {
    unreachableChecks_ = 0;
    // What checks found they also find to be over: without traffic no request would ever try it.
    const bool foundByChecks =
        checkFailed_ || cause_ == EjectionCause::NotReady || cause_ == EjectionCause::Unreachable;
    checkFailed_ = false;
    if (state_ != State::Ejected) return;
    until_ = std::min(until_, now);
    if (foundByChecks) recover(now);
    return;
  }
  if (state_ != State::Healthy) {
    checkFailed_ = true;
    return;
  }
  if (result == CheckResult::NotReady) {
    return eject({EjectionCause::NotReady, "its readiness check says not ready"}, now);
  }
  if (++unreachableChecks_ >= kUnreachableChecks) {
    eject({EjectionCause::Unreachable, inARow(unreachableChecks_, "unreachable checks")}, now);
  }
}

std::string EndpointHealth::refusal(MonotonicTime now) const {
  return healthy() && now - refusedAt_ <= window() ? refusal_ : std::string();
}

std::uint64_t EndpointHealth::ejectionCount() const {
  return std::accumulate(ejections_.begin(), ejections_.end(), std::uint64_t{0});
}

const char* toString(EndpointHealth::State state) {
  switch (state) {
    case EndpointHealth::State::Healthy:
      return "healthy";
    case EndpointHealth::State::Ejected:
      return "ejected";
    case EndpointHealth::State::Probing:
      return "probing";
  }
  return "unknown";
}

const char* toString(Outcome outcome) {
  switch (outcome) {
    case Outcome::Success:
      return "success";
    case Outcome::ServerError:
      return "server-error";
    case Outcome::GatewayError:
      return "gateway-error";
    case Outcome::ConnectFailed:
      return "connect-failed";
    case Outcome::Reset:
      return "reset";
    case Outcome::Timeout:
      return "timeout";
    case Outcome::Neutral:
      return "neutral";
  }
  return "unknown";
}

const char* toString(EjectionCause cause) {
  static constexpr std::array<const char*, kEjectionCauses> kNames{
      "connect-failures", "gateway-failures", "server-errors", "success-rate", "latency", "hang",
      "not-ready",        "unreachable"};
  return kNames[static_cast<std::size_t>(cause)];
}

}  // namespace shopkeeper::sidecar
