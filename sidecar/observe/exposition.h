// The sidecar's numbers in Prometheus' text format, built anew from snapshots at each scrape: no
// shared counters on the hot path, and the series of endpoints that vanished are gone.
#pragma once

#include <string>

#include "sidecar/agent/shared_state.h"
#include "sidecar/proxy/data_plane.h"
#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {

struct Observed {
  const SharedState& state;
  const DataPlane& plane;
  const UpstreamTable& table;
  std::uint64_t logLinesDropped = 0;
};

// All families named shopkeeper_sidecar_*. At most `kMaxEndpointSeries` endpoints are listed.
inline constexpr std::size_t kMaxEndpointSeries = 500;
std::string exposition(const Observed& observed);

}  // namespace shopkeeper::sidecar
