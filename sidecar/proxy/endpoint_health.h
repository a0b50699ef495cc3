// What one endpoint's answers and checks say about its health. Pure: time comes in as an argument.
//
//   Healthy --eject--> Ejected --back-off over, or a check passed--> Probing --success--> Healthy
//                         ^------------------- failure, back-off doubled ---|
//
// Passive findings are suspicions: whoever knows the other endpoints decides whether to eject() or
// to refuse(). A failed active check ejects by itself.
// Sources: outlier detection of Envoy (consecutive counters, back-off that steps down while all is
// well) and the circuit breaker of linkerd2-proxy (success rate, one real request as the probe).
#pragma once

#include <array>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/wire/traffic_policy.h"
#include "sidecar/proxy/peer_latency.h"
#include "sidecar/proxy/success_window.h"

namespace shopkeeper::sidecar {

// How one try ended, seen from the health of the endpoint.
enum class Outcome {
  Success,        // any answer below 500
  ServerError,    // 5xx of the service itself
  GatewayError,   // its sidecar could not reach the service (502, 503, 504 + X-Shopkeeper-Error)
  ConnectFailed,  // refused, unreachable or no answer in the connect timeout
  Reset,          // the connection broke before the answer was complete
  Timeout,        // connected, but no answer in time
  Neutral,        // says nothing: the client left, or the endpoint only refused for overload
};

enum class CheckResult { Passed, NotReady, Unreachable };

enum class EjectionCause {
  ConnectFailures,
  GatewayFailures,
  ServerErrors,
  SuccessRate,
  Latency,
  Hang,
  NotReady,     // active check
  Unreachable,  // active check
};
inline constexpr std::size_t kEjectionCauses = 8;
using EjectionCounts = std::array<std::uint64_t, kEjectionCauses>;

struct Suspicion {
  EjectionCause cause = EjectionCause::ServerErrors;
  std::string reason;  // for people
};

// Not thread-safe.
class EndpointHealth {
 public:
  enum class State { Healthy, Ejected, Probing };

  explicit EndpointHealth(const wire::OutlierPolicy& policy = {}) : policy_(policy) {}
  void setPolicy(const wire::OutlierPolicy& policy) { policy_ = policy; }

  State state() const { return state_; }
  bool healthy() const { return state_ == State::Healthy; }
  // Out because nobody seems to be there: to send requests anyway would cost each of them.
  bool dead() const;
  // Ejected, and the time has come to try it with one request. While active checks fail that waits
  // for a check that passes, at most maxEjection.
  bool wantsProbe(MonotonicTime now) const;
  // That request is on its way; no second one until its outcome is known.
  void beginProbe() { state_ = State::Probing; }

  // `startedAt`: when the try began. What began before the last change of state is old news and
  // changes nothing, but an answer of an endpoint that was thought to hang brings it back.
  std::optional<Suspicion> onOutcome(Outcome outcome, MonotonicTime startedAt, MonotonicTime now);
  void onLatency(Duration latency, MonotonicTime now);
  void onCheck(CheckResult result, MonotonicTime now);

  void eject(Suspicion suspicion, MonotonicTime now);
  // Stays in for the reason `why`. Failures in a row count anew; what is measured over time goes
  // on, but is looked at again only after a tenth of the window.
  void refuse(const Suspicion& suspicion, const std::string& why, MonotonicTime now);
  bool mayBeSuspected(MonotonicTime now) const { return healthy() && now >= quietUntil_; }

  const std::string& reason() const { return reason_; }  // empty while healthy
  // Why it was not ejected, for as long as the policy's window; or empty.
  std::string refusal(MonotonicTime now) const;
  const EjectionCounts& ejections() const { return ejections_; }
  const EjectionCounts& refusals() const { return refusals_; }
  std::uint64_t ejectionCount() const;
  MonotonicTime ejectedUntil() const { return until_; }
  MonotonicTime changedAt() const { return changedAt_; }  // last ejection or recovery
  MonotonicTime lastSign() const { return lastSign_; }    // of an outcome or a check
  const SuccessWindow& successes() const { return successes_; }
  const LastLatencies& latencies() const { return latencies_; }

 private:
  void recover(MonotonicTime now);
  void clearInARow();
  void clearCounters();
  Duration window() const { return std::chrono::milliseconds(policy_.windowMs); }
  std::optional<Suspicion> countFailure(Outcome outcome, MonotonicTime now);

  wire::OutlierPolicy policy_;
  State state_ = State::Healthy;
  EjectionCause cause_ = EjectionCause::ServerErrors;
  int connectFailures_ = 0;
  int gatewayFailures_ = 0;
  int serverErrors_ = 0;
  int unreachableChecks_ = 0;
  SuccessWindow successes_;
  LastLatencies latencies_;
  int level_ = 0;             // ejections in a row, for the back-off
  bool checkFailed_ = false;  // since the ejection, with none passed after
  std::string reason_;
  std::string refusal_;
  EjectionCounts ejections_{};
  EjectionCounts refusals_{};
  MonotonicTime until_{};
  MonotonicTime changedAt_{};  // last ejection or recovery
  MonotonicTime refusedAt_{};
  MonotonicTime quietUntil_{};
  MonotonicTime lastSign_{};
};

const char* toString(EndpointHealth::State state);
const char* toString(Outcome outcome);
const char* toString(EjectionCause cause);  // as in metrics: "connect-failures"

}  // namespace shopkeeper::sidecar
