// Time comes in through constructors, so that hours of failure run in milliseconds in a test.
#pragma once

#include <chrono>
#include <string>

namespace shopkeeper {

using Duration = std::chrono::nanoseconds;
using MonotonicTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

// Thread-safe. Monotonic time measures, wall time only labels: it may jump.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonotonicTime now() const = 0;
  virtual WallTime wallNow() const = 0;
};

// The machine's clocks. Lives for the whole process.
const Clock& systemClock();

// RFC 3339 in UTC with millisecond precision: "2026-11-23T18:33:07.042Z".
std::string toRfc3339(WallTime time);

// Seconds precision, the form of Kubernetes' metav1.Time: "2026-11-23T18:33:07Z".
std::string toRfc3339Seconds(WallTime time);

// Microsecond precision, the form of Kubernetes' metav1.MicroTime (leases).
std::string toRfc3339Micros(WallTime time);

// Reads any of the three forms above (and a numeric offset such as +08:00).
// Returns false, leaving `out` alone, where the text is not such a time.
bool parseRfc3339(const std::string& text, WallTime& out);

}  // namespace shopkeeper
