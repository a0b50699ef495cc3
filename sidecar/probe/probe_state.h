// Turns single probe results into healthy or not, by thresholds of results in a row. Pure.
#pragma once

#include <string>

namespace shopkeeper::sidecar {

// Starts unhealthy: a service is taken in when it has shown that it answers. Not thread-safe.
class ProbeState {
 public:
  ProbeState(int failureThreshold, int successThreshold)
      : failureThreshold_(failureThreshold), successThreshold_(successThreshold) {}

  // Both return whether healthy() changed.
  bool onSuccess();
  bool onFailure(std::string reason);

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
