// Local times of IANA zones ("Europe/Berlin"), from the machine's tzdata, and schedules in them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/cron.h"
#include "common/result.h"

namespace shopkeeper {

// Immutable, cheap to copy, thread-safe.
class TimeZone {
 public:
  // InvalidArgument where tzdata has no such zone. "UTC" needs no tzdata.
  static Result<TimeZone> load(std::string_view name);

  // What clocks there show, as if that were UTC.
  WallTime localOf(WallTime instant) const;
  // When clocks there show `local`. A time that is skipped: the first instant after the gap. One
  // that comes twice: the first.
  WallTime instantOf(WallTime local) const;

 private:
  struct Rules;
  std::shared_ptr<const Rules> rules_;
};

// The first instant after `after` at which a schedule in local time fires: a time that clocks skip
// fires at the minute after the gap, one that they show twice fires once. Nothing within five
// years.
std::optional<WallTime> nextRun(const Cron& cron, const TimeZone& zone, WallTime after);

}  // namespace shopkeeper
