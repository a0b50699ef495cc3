// Waiting that a stop token ends and a test can skip.
#pragma once

#include <stop_token>

#include "common/clock.h"

namespace shopkeeper::kube {

// Thread-safe.
class Pause {
 public:
  virtual ~Pause() = default;
  // Returns false where the stop came first.
  virtual bool wait(Duration duration, const std::stop_token& stop) = 0;
};

// Waits for real. Lives for the whole process.
Pause& realPause();

// Time that goes on while the machine sleeps or the process is stopped (CLOCK_BOOTTIME): leases are
// judged by it. Lives for the whole process.
const Clock& bootClock();

}  // namespace shopkeeper::kube
