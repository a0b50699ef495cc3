#include "sidecar/proxy/retry_policy.h"

#include <algorithm>
#include <array>

namespace shopkeeper::sidecar {

bool isIdempotent(std::string_view method) {
  static constexpr std::array<std::string_view, 5> kIdempotent{"GET", "HEAD", "OPTIONS", "PUT",
                                                               "DELETE"};
  return std::find(kIdempotent.begin(), kIdempotent.end(), method) != kIdempotent.end();
}

bool isRepeatable(std::string_view method, std::string_view target,
                  const wire::RetryPolicy& policy) {
  if (isIdempotent(method)) return true;
  if (method != "POST") return false;
  const std::string_view path = target.substr(0, target.find('?'));
  return std::any_of(
      policy.retriablePaths.begin(), policy.retriablePaths.end(), [&](const std::string& prefix) {
        if (!path.starts_with(prefix)) return false;
        return prefix.ends_with('/') || path.size() == prefix.size() || path[prefix.size()] == '/';
      });
}

RetryVerdict decideRetry(const FailedTry& failed) {
  if (!failed.timeLeft || !failed.bodyReplayable) return RetryVerdict::GiveUp;

  // What certainly did not reach the service may be sent again, whatever the method.
  const bool safe = failed.idempotent || failed.nothingSent || failed.neverReachedService;
  if (!safe) return RetryVerdict::GiveUp;

  // A peer may close a kept connection at any moment; that says nothing about its health.
  if (failed.outcome == Outcome::Reset && failed.reusedConnection && !failed.staleRetried) {
    return RetryVerdict::SameEndpointFresh;
  }
  if (failed.tries >= failed.maxTries) return RetryVerdict::GiveUp;

  switch (failed.outcome) {
    case Outcome::ConnectFailed:
    case Outcome::Reset:
    case Outcome::Timeout:
    case Outcome::GatewayError:
      return RetryVerdict::OtherEndpoint;
    case Outcome::Neutral:  // refused for overload: another one may have room
      return failed.neverReachedService ? RetryVerdict::OtherEndpoint : RetryVerdict::GiveUp;
    case Outcome::Success:
    case Outcome::ServerError:  // an answer of the service: it goes to the client as it is
      break;
  }
  return RetryVerdict::GiveUp;
}

}  // namespace shopkeeper::sidecar
