// Which endpoints are in force: the operator's directives, and DNS while the operator is away.
// Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/wire/directives.h"
#include "sidecar/agent/config.h"

namespace shopkeeper::sidecar {

// Static stability: with no directives yet, or no answer of the operator for 5 s, the endpoints are
// the last directives' joined with what DNS says; the sidecar's own health checks decide among
// them. Not thread-safe.
class DirectiveState {
 public:
  static constexpr std::chrono::seconds kFreshFor{5};
  static constexpr std::size_t kMaxEndpoints = 10'000;  // of all upstreams together

  explicit DirectiveState(const SidecarConfig& config) : config_(config) {}

  // True where they are newer than those in force and are so from now on. InvalidArgument where
  // they are not for this guide or hold an address that is not IP:PORT; nothing changes then.
  Result<bool> offer(wire::Directives directives);
  // The operator answered, with directives or that there are none newer.
  void onContact(MonotonicTime now);

  bool fallback(MonotonicTime now) const;
  // What DNS says of `upstream`; kept until it says something else.
  void onLookup(const std::string& upstream, std::vector<std::string> addresses);

  std::uint64_t generation() const { return directives_.generation; }
  const wire::Directives& directives() const { return directives_; }
  std::vector<wire::Upstream> effective(MonotonicTime now) const;

 private:
  const SidecarConfig& config_;
  wire::Directives directives_;
  bool contacted_ = false;
  MonotonicTime lastContact_{};
  std::map<std::string, std::vector<std::string>> lookups_;
};

}  // namespace shopkeeper::sidecar
