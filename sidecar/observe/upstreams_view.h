// /debug/upstreams: every endpoint, how it is seen, and why.
#pragma once

#include <string>

#include "sidecar/agent/shared_state.h"
#include "sidecar/proxy/data_plane.h"
#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {

// A JSON object: control, service and upstreams.
std::string upstreamsAsJson(const SharedState& state, const DataPlane& plane,
                            const UpstreamTable& table);

}  // namespace shopkeeper::sidecar
