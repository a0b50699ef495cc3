// One accepted connection, as its listener sees it.
#pragma once

#include <chrono>

#include "sidecar/proxy/task.h"

namespace shopkeeper::sidecar {

// Owned by its listener; lives on its loop's thread.
class Session {
 public:
  virtual ~Session() = default;

  // Serves until the connection ends.
  virtual Task<void> serve() = 0;

  // Between two requests, or before the first: may be closed without anyone losing anything.
  virtual bool idle() const = 0;
  virtual std::chrono::steady_clock::time_point idleSince() const = 0;
  // Ends an idle connection soon; a busy one after its answer, because draining is set by then.
  virtual void closeIfIdle() = 0;
  // Ends it at once, whatever it is doing.
  virtual void close() = 0;

  // The socket of a client that waits for its answer while nobody reads from it; -1 otherwise.
  virtual int waitingSocket() const { return -1; }
  // It ended its direction (half-closed, or closed: TCP does not tell), or the connection broke.
  virtual void onClientEnd(bool /*broken*/) {}
};

}  // namespace shopkeeper::sidecar
