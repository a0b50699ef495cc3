// The sidecar's own looking: is my service well, are the peers I may need alive.
#pragma once

#include <functional>

#include "common/clock.h"
#include "sidecar/agent/config.h"
#include "sidecar/agent/shared_state.h"
#include "sidecar/probe/http_channel.h"
#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {

// One GET on a connection of its own. Nothing where the answer is 200 with `expect` in its body
// (64 KiB at most), else the reason. `status`: 0 where no answer came.
boost::asio::awaitable<std::string> checkOnce(boost::asio::io_context& io, HostPort server,
                                              std::string path, std::string expect,
                                              std::chrono::milliseconds timeout, int& status);

// Probes the service for ever: every interval, results into `shared`. `onChange` is called on the
// io_context's thread when healthy or not changed.
boost::asio::awaitable<void> probeService(boost::asio::io_context& io, const SidecarConfig& config,
                                          SharedState& shared, std::function<void()> onChange);

// Checks ejected endpoints every second and idle ones every two, on their sidecar's admin port:
// a standby without traffic must be known to be good before it is needed. At most 16 at once.
boost::asio::awaitable<void> checkPeers(boost::asio::io_context& io, const SidecarConfig& config,
                                        const UpstreamTable& table);

}  // namespace shopkeeper::sidecar
