// What an upstream keeps of one endpoint. Guarded by the upstream's mutex.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sidecar/proxy/endpoint_load.h"
#include "sidecar/proxy/hang_watch.h"
#include "sidecar/proxy/upstream_view.h"

namespace shopkeeper::sidecar {

struct EndpointSlot {
  EndpointRef id;
  wire::Endpoint spec;
  EndpointHealth health;
  EndpointCounts counts;
  PeakEwma latency;
  WaitingTries waiting;
  HangWatch hang;
  MonotonicTime lastAnswer{};
  std::uint64_t answers = 0;
  std::uint64_t copies = 0;               // sent by mirrors
  std::optional<MonotonicTime> newSince;  // joined an upstream that was known already
  int group = 0;                          // set by Rotation

  std::size_t tier() const { return spec.tier == wire::Tier::Standby ? 1 : 0; }
  // May be given requests at all.
  bool allowed() const { return spec.weight > 0 && spec.order != wire::EndpointOrder::Eject; }
  // Takes new requests only where nothing else is left.
  bool leaving() const { return spec.terminating || spec.order == wire::EndpointOrder::Drain; }
};

using EndpointSlots = std::vector<std::unique_ptr<EndpointSlot>>;

}  // namespace shopkeeper::sidecar
