#include "sidecar/agent/directive_state.h"

#include <algorithm>

namespace shopkeeper::sidecar {
namespace {

Error refuse(const std::string& why) {
  return Error(ErrorCode::InvalidArgument, "directives: " + why);
}

void addLookups(std::vector<wire::Endpoint>& endpoints, const std::vector<std::string>& addresses,
                std::uint16_t port) {
  for (const std::string& ip : addresses) {
    const std::string address = HostPort{ip, port}.text();
    const bool known = std::any_of(endpoints.begin(), endpoints.end(),
                                   [&](const auto& each) { return each.address == address; });
    if (known) continue;
    wire::Endpoint endpoint;
    endpoint.address = address;
    endpoints.push_back(std::move(endpoint));
  }
}

}  // namespace

Result<bool> DirectiveState::offer(wire::Directives directives) {
  if (directives.guide != config_.guide || directives.nameSpace != config_.nameSpace) {
    return refuse("are for guide " + directives.nameSpace + "/" + directives.guide + ", not for " +
                  config_.nameSpace + "/" + config_.guide);
  }
  std::size_t endpoints = 0;
  for (const wire::Upstream& upstream : directives.upstreams) {
    for (const wire::Endpoint& endpoint : upstream.endpoints) {
      const auto address = parseHostPort(endpoint.address);
      if (!address || address->port == 0 || !isIpLiteral(address->host)) {
        return refuse("upstream " + upstream.name + " has the address \"" + endpoint.address +
                      "\", which is not IP:PORT");
      }
      if (++endpoints > kMaxEndpoints) return refuse("hold more than 10000 endpoints");
    }
  }
  if (directives.generation <= directives_.generation) return false;
  directives_ = std::move(directives);
  return true;
}

void DirectiveState::onContact(MonotonicTime now) {
  contacted_ = true;
  lastContact_ = now;
}

bool DirectiveState::fallback(MonotonicTime now) const {
  return !contacted_ || directives_.generation == 0 || now - lastContact_ >= kFreshFor;
}

void DirectiveState::onLookup(const std::string& upstream, std::vector<std::string> addresses) {
  lookups_[upstream] = std::move(addresses);
}

std::vector<wire::Upstream> DirectiveState::effective(MonotonicTime now) const {
  std::vector<wire::Upstream> specs;
  const auto specOf = [&](const std::string& name) {
    return std::find_if(specs.begin(), specs.end(),
                        [&](const auto& each) { return each.name == name; });
  };
  for (const UpstreamConfig& upstream : config_.upstreams) {
    wire::Upstream& spec = specs.emplace_back();
    spec.name = upstream.name;
    spec.policy.timeoutMs = static_cast<int>(upstream.timeout.count());
    spec.policy.retries.budgetPercent = upstream.retryBudgetPercent;
  }
  for (const wire::Upstream& upstream : directives_.upstreams) {
    const auto spec = specOf(upstream.name);
    if (spec == specs.end()) {
      specs.push_back(upstream);
    } else {
      *spec = upstream;
    }
  }
  if (!fallback(now)) return specs;
  for (const UpstreamConfig& upstream : config_.upstreams) {
    const auto found = lookups_.find(upstream.name);
    if (found == lookups_.end()) continue;
    addLookups(specOf(upstream.name)->endpoints, found->second, upstream.port);
  }
  return specs;
}

}  // namespace shopkeeper::sidecar
