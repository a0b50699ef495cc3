// Bytes both ways between two connections: upgraded HTTP (WebSocket) and plain TCP.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "sidecar/proxy/proxy_stats.h"
#include "sidecar/proxy/stream.h"

namespace shopkeeper::sidecar {

struct TunnelLimits {
  std::chrono::milliseconds idle;   // without a byte in either direction
  std::chrono::milliseconds stall;  // a peer that does not take what is written to it
};

// How a tunnel ended: both sides ended their direction, or the first failure.
enum class TunnelEnd { Orderly, ClientFailed, EndpointFailed, Idle };

// Each direction holds at most its input buffer's worth. The end of one direction is passed on as
// the end of that direction; the other goes on. Lives on its loop's thread; all references must
// outlive it, and run() must have completed before destruction.
class Tunnel {
 public:
  struct Side {
    Stream& stream;
    InputBuffer& input;  // bytes read already go first
  };
  // `onAnswer`, where not empty, is called at the first bytes from the endpoint.
  Tunnel(asio::io_context& io, DeadlineWheel& wheel, Side client, Side endpoint,
         TunnelLimits limits, ProxyStats& stats, std::function<void()> onAnswer = {});

  // Afterwards both streams are closed: with a reset where the end was not orderly, so that nobody
  // takes a part for the whole.
  Task<TunnelEnd> run();

 private:
  Task<void> pump(Side from, Side to, Tally& bytes, TunnelEnd fromFailed, TunnelEnd toFailed);
  Task<void> pumpUp();
  void fail(TunnelEnd how);
  void onIdle();

  asio::io_context& io_;
  const Side client_;
  const Side endpoint_;
  const TunnelLimits limits_;
  ProxyStats& stats_;
  std::function<void()> onAnswer_;
  std::chrono::steady_clock::time_point lastByte_;
  Deadline idle_;
  TunnelEnd end_ = TunnelEnd::Orderly;
  bool failed_ = false;
  bool upRunning_ = false;
  asio::steady_timer upEnded_;  // cancelled when the way up has ended
};

}  // namespace shopkeeper::sidecar
