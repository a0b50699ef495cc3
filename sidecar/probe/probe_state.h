// Turns single probe results into healthy or not, by thresholds of results in a row. Pure.
#pragma once

#include <string>
#include <string_view>

namespace shopkeeper::sidecar {

// Why an answer to a probe is none of a service that is well; empty where it is one: status 200 and
// `expect` in the body. Quotes at most 80 bytes of `expect`.
std::string whyNotWell(int status, std::string_view body, std::string_view expect);

// Starts unhealthy: a service is taken in when it has shown that it answers. Not thread-safe.
class ProbeState {
 public:
  ProbeState(int failureThreshold, int successThreshold)
      : failureThreshold_(failureThreshold), successThreshold_(successThreshold) {}

  // Both return whether healthy() changed. What is `proven`, such as a wrong answer, needs no
  // second failure.
  bool onSuccess();
  bool onFailure(std::string reason, bool proven = false);

  bool healthy() const { return healthy_; }
  // Of the last failure; empty while the last probe succeeded.
  const std::string& reason() const { return reason_; }

 private:
  const int failureThreshold_;
  const int successThreshold_;
  int failures_ = 0;
  int successes_ = 0;
  bool healthy_ = false;
  std::string reason_ = "not probed yet";
};

}  // namespace shopkeeper::sidecar
