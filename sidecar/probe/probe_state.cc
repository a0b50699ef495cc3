#include "sidecar/probe/probe_state.h"

#include <utility>

namespace shopkeeper::sidecar {

bool ProbeState::onSuccess() {
  failures_ = 0;
  reason_.clear();
  if (healthy_ || ++successes_ < successThreshold_) return false;
  healthy_ = true;
  return true;
}

bool ProbeState::onFailure(std::string reason) {
  successes_ = 0;
  reason_ = std::move(reason);
  if (!healthy_ || ++failures_ < failureThreshold_) return false;
  healthy_ = false;
  return true;
}

}  // namespace shopkeeper::sidecar
