// Waiting comes in through constructors, like time.
#pragma once

#include <functional>
#include <stop_token>

#include "common/clock.h"

namespace shopkeeper::backup {

// Waits that long; false where the wait was given up because the work is to stop. Thread-safe.
using Pause = std::function<bool(Duration)>;

// Waits by the machine's clock, until `stop` is asked for.
Pause pauseUntil(std::stop_token stop);

}  // namespace shopkeeper::backup
