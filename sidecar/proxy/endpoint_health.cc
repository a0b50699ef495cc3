#include "sidecar/proxy/endpoint_health.h"

#include <algorithm>

namespace shopkeeper::sidecar {
namespace {

std::string inARow(int count, const char* what) {
  return std::to_string(count) + " " + what + " in a row";
}

}  // namespace

bool EndpointHealth::wantsProbe(MonotonicTime now) const {
  return state_ == State::Ejected && now >= until_;
}

void EndpointHealth::clearCounters() {
  connectFailures_ = gatewayFailures_ = serverErrors_ = unreachableChecks_ = 0;
}

void EndpointHealth::eject(std::string reason, MonotonicTime now) {
  if (state_ == State::Healthy && now - changedAt_ >= policy_.forgiveAfter) level_ = 0;
  state_ = State::Ejected;
  changedAt_ = now;
  reason_ = std::move(reason);
  ++ejections_;
  const int doublings = std::min(level_, 16);
  until_ = now + std::min(policy_.maxEjection, policy_.baseEjection * (1 << doublings));
  ++level_;
  clearCounters();
}

void EndpointHealth::recover(MonotonicTime now) {
  state_ = State::Healthy;
  changedAt_ = now;
  reason_.clear();
  clearCounters();
}

void EndpointHealth::onOutcome(Outcome outcome, MonotonicTime startedAt, MonotonicTime now) {
  if (startedAt < changedAt_) return;
  if (outcome == Outcome::Neutral) {
    // The probe told nothing: the next request may try again at once.
    if (state_ == State::Probing) state_ = State::Ejected;
    return;
  }
  lastSign_ = now;
  if (outcome == Outcome::Success) {
    // A success out of an ejected state is the probe's, or one chosen for want of anything better.
    if (state_ != State::Healthy) return recover(now);
    return clearCounters();
  }
  if (state_ == State::Probing) return eject(reason_, now);
  if (state_ == State::Ejected) return;

  switch (outcome) {
    case Outcome::ConnectFailed:
      if (++connectFailures_ >= policy_.connectFailures) {
        eject(inARow(connectFailures_, "failed connects"), now);
      }
      break;
    case Outcome::ServerError:
      gatewayFailures_ = 0;
      if (++serverErrors_ >= policy_.serverErrors) {
        eject(inARow(serverErrors_, "server errors"), now);
      }
      break;
    case Outcome::GatewayError:
    case Outcome::Reset:
    case Outcome::Timeout:
      if (++gatewayFailures_ >= policy_.gatewayFailures) {
        eject(inARow(gatewayFailures_, "resets, time-outs or gateway errors") +
                  ", last: " + toString(outcome),
              now);
      }
      break;
    case Outcome::Success:
    case Outcome::Neutral:
      break;
  }
}

void EndpointHealth::onCheck(CheckResult result, MonotonicTime now) {
  lastSign_ = now;
  if (result == CheckResult::Passed) {
    unreachableChecks_ = 0;
    if (state_ == State::Ejected) until_ = std::min(until_, now);
    return;
  }
  if (state_ != State::Healthy) return;
  if (result == CheckResult::NotReady) return eject("its readiness check says not ready", now);
  if (++unreachableChecks_ >= policy_.unreachableChecks) {
    eject(inARow(unreachableChecks_, "unreachable checks"), now);
  }
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

}  // namespace shopkeeper::sidecar
