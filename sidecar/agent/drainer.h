// Leaving without losing a request: unready, settle, close, finish.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "sidecar/agent/config.h"
#include "sidecar/agent/shared_state.h"
#include "sidecar/proxy/data_plane.h"

namespace shopkeeper::sidecar {

//   Serving -> Settling: unready, heartbeats say draining, answers say "Connection: close", but
//              new requests are still served, because peers learn of it only by and by
//           -> Closing: the ingress port is closed, requests in flight finish
//           -> Drained
// The egress serves throughout: the service may need it to finish its requests. Thread-safe.
class Drainer {
 public:
  enum class Phase { Serving, Settling, Closing, Drained };

  // All must outlive the drainer. `onBegin` is called once, when draining begins.
  Drainer(const DrainConfig& config, SharedState& state, DataPlane& plane,
          std::function<void()> onBegin);
  ~Drainer();  // waits for a running drain, which is bounded

  // Begins in the background; further calls change nothing.
  void begin();
  Phase phase() const;
  // Blocks until drained; false after `timeout`.
  bool wait(std::chrono::milliseconds timeout);
  // The longest a drain takes.
  std::chrono::milliseconds bound() const;

 private:
  void run();
  void enter(Phase phase);

  const DrainConfig config_;
  SharedState& state_;
  DataPlane& plane_;
  const std::function<void()> onBegin_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::Serving;
  std::thread thread_;
};

const char* toString(Drainer::Phase phase);

}  // namespace shopkeeper::sidecar
