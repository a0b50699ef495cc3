// New connections to endpoints: TCP, then TLS where the peers are sidecars of the mesh.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "sidecar/proxy/connection_pool.h"

namespace shopkeeper::sidecar {

struct ExchangeContext;

struct DialTarget {
  const EndpointRef& endpoint;
  std::string_view component;  // whom its certificate must name
  std::chrono::steady_clock::time_point until;
};

// False where it was not reached, or is not who it should be. `connection` is set as soon as there
// is something to interrupt. Connecting and handshake have the connect timeout each.
Task<bool> dial(ExchangeContext& context, const DialTarget& target,
                std::unique_ptr<UpstreamConnection>& connection);

}  // namespace shopkeeper::sidecar
