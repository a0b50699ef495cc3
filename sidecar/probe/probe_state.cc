#include "sidecar/probe/probe_state.h"

#include <algorithm>
#include <utility>

namespace shopkeeper::sidecar {

std::string whyNotWell(int status, std::string_view body, std::string_view expect) {
  constexpr std::size_t kMaxQuoted = 80;
  if (status != 200) return "answered " + std::to_string(status);
  if (body.find(expect) != std::string_view::npos) return {};
  std::size_t end = std::min(expect.size(), kMaxQuoted);
  // Not in the middle of a UTF-8 character: the reason travels as JSON.
  while (end > 0 && end < expect.size() && (expect[end] & 0xC0) == 0x80) --end;
  return "answered 200 without \"" + std::string(expect.substr(0, end)) +
         (end < expect.size() ? "...\"" : "\"");
}

bool ProbeState::onSuccess() {
  failures_ = 0;
  reason_.clear();
  if (healthy_ || ++successes_ < successThreshold_) return false;
  healthy_ = true;
  return true;
}

bool ProbeState::onFailure(std::string reason, bool proven) {
  successes_ = 0;
  reason_ = std::move(reason);
  if (!healthy_ || (++failures_ < failureThreshold_ && !proven)) return false;
  healthy_ = false;
  return true;
}

}  // namespace shopkeeper::sidecar
