#include "sidecar/agent/heartbeat_plan.h"

#include <algorithm>

namespace shopkeeper::sidecar {

using std::chrono::milliseconds;

milliseconds HeartbeatPlan::onAnswer() {
  failures_ = hops_ = 0;
  return interval_;
}

milliseconds HeartbeatPlan::onFailure(Random& random) {
  hops_ = 0;
  target_ = service_;
  const int doublings = std::min(failures_++, 10);
  const milliseconds pause = std::min(std::max(kMaxPause, interval_), interval_ * (1 << doublings));
  const double kept = 1.0 - 0.2 * random.uniform();
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(pause.count()) * kept));
}

milliseconds HeartbeatPlan::onRedirect(std::string_view leader, Random& random) {
  const auto address = parseHostPort(leader);
  if (!address || address->port == 0 || *address == target_ || ++hops_ > kMaxHops) {
    return onFailure(random);
  }
  target_ = *address;
  return milliseconds(0);
}

}  // namespace shopkeeper::sidecar
