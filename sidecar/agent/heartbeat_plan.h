// Where the next heartbeat goes, and when. Pure.
#pragma once

#include <chrono>
#include <string_view>

#include "common/random.h"
#include "sidecar/agent/host_port.h"

namespace shopkeeper::sidecar {

// Goes to the Service address; a replica that does not lead names the leader, which is then asked
// directly. When the leader stops answering, the Service address is tried again. Without answers
// the pause grows from the interval to 10 s, with up to 20 % of jitter taken off, so that sidecars
// do not come in step. Not thread-safe.
class HeartbeatPlan {
 public:
  static constexpr std::chrono::milliseconds kMaxPause{10'000};
  static constexpr int kMaxHops = 3;  // redirects followed without a pause

  HeartbeatPlan(HostPort service, std::chrono::milliseconds interval)
      : service_(service), target_(std::move(service)), interval_(interval) {}

  const HostPort& target() const { return target_; }

  // Each returns the pause before the next heartbeat.
  std::chrono::milliseconds onAnswer();
  std::chrono::milliseconds onFailure(Random& random);
  // 421 with {"leader":"ip:port"}; an address that cannot be used counts as a failure.
  std::chrono::milliseconds onRedirect(std::string_view leader, Random& random);

 private:
  const HostPort service_;
  HostPort target_;
  const std::chrono::milliseconds interval_;
  int failures_ = 0;
  int hops_ = 0;
};

}  // namespace shopkeeper::sidecar
