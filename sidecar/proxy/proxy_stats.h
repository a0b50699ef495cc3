// Counters of one listener on one loop, read by others when they are scraped.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "sidecar/proxy/mesh_peer.h"

namespace shopkeeper::sidecar {

// Written by one thread, read by any: relaxed atomics.
class Tally {
 public:
  void add(std::uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t by = 1) { add(~by + 1); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct ProxyStats {
  Tally accepted;
  Tally open;                                // connections now
  Tally inFlight;                            // requests now
  Tally timedOut;                            // connections cut for being slow
  Tally evicted;                             // idle connections closed to make room
  Tally malformed;                           // requests refused because they could not be parsed
  std::array<Tally, 6> byClass;              // [2]: answers with 2xx; [0]: no answer
  Tally ownAnswers;                          // of those, made by the sidecar itself
  Tally stale;                               // answered with the last good answer
  std::uint64_t sampled = 0;                 // for the access log; used by the loop only
  Tally bytesIn;                             // of request bodies
  Tally bytesOut;                            // of response bodies
  Tally secured;                             // connections that speak TLS with a peer of the mesh
  std::array<Tally, kMeshRefusals> refused;  // connections of the mesh, by why
};

}  // namespace shopkeeper::sidecar
