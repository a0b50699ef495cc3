// What one endpoint's answers and checks say about its health. Pure: time comes in as an argument.
//
//   Healthy --failures--> Ejected --back-off over, or a check passed--> Probing --success-->
//   Healthy
//                            ^------------------- failure, back-off doubled ---|
//
// Sources: outlier detection of Envoy (consecutive counters, exponential ejection) and the circuit
// breaker of linkerd2-proxy (one real request as the probe).
#pragma once

#include <string>

#include "common/clock.h"

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

struct HealthPolicy {
  int connectFailures = 1;    // consecutive; a refused connection is a dead process
  int gatewayFailures = 2;    // consecutive resets, time-outs and gateway errors
  int serverErrors = 5;       // consecutive 5xx (Envoy's consecutive_5xx)
  int unreachableChecks = 2;  // consecutive active checks of an idle endpoint
  Duration baseEjection = std::chrono::seconds(1);
  Duration maxEjection = std::chrono::seconds(30);
  Duration forgiveAfter = std::chrono::seconds(30);  // healthy that long: back-off starts over
};

// Not thread-safe.
class EndpointHealth {
 public:
  enum class State { Healthy, Ejected, Probing };

  explicit EndpointHealth(const HealthPolicy& policy = {}) : policy_(policy) {}

  State state() const { return state_; }
  bool healthy() const { return state_ == State::Healthy; }
  // Ejected, and the time has come to try it with one request.
  bool wantsProbe(MonotonicTime now) const;
  // That request is on its way; no second one until its outcome is known.
  void beginProbe() { state_ = State::Probing; }

  // `startedAt`: when the try began. What began before the last change of state is old news and
  // changes nothing.
  void onOutcome(Outcome outcome, MonotonicTime startedAt, MonotonicTime now);
  void onCheck(CheckResult result, MonotonicTime now);

  const std::string& reason() const { return reason_; }  // empty while healthy
  std::uint64_t ejections() const { return ejections_; }
  MonotonicTime ejectedUntil() const { return until_; }
  MonotonicTime lastSign() const { return lastSign_; }  // of an outcome or a check

 private:
  void eject(std::string reason, MonotonicTime now);
  void recover(MonotonicTime now);
  void clearCounters();

  HealthPolicy policy_;
  State state_ = State::Healthy;
  int connectFailures_ = 0;
  int gatewayFailures_ = 0;
  int serverErrors_ = 0;
  int unreachableChecks_ = 0;
  int level_ = 0;  // ejections in a row, for the back-off
  std::string reason_;
  std::uint64_t ejections_ = 0;
  MonotonicTime until_{};
  MonotonicTime changedAt_{};  // last ejection or recovery
  MonotonicTime lastSign_{};
};

const char* toString(EndpointHealth::State state);
const char* toString(Outcome outcome);

}  // namespace shopkeeper::sidecar
