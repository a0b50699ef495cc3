// Schedules of five fields, read as Kubernetes' CronJob reads them (robfig/cron v3), in UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"

namespace shopkeeper {

// Minute 0-59, hour 0-23, day of month 1-31, month 1-12 or JAN-DEC, day of week 0-6 or SUN-SAT.
// Each is '*', '?', a value, a range "a-b", a list "a,b", and any of them with a step "/n"; or one
// of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.
//
// Where both days are restricted, one of them has to match; otherwise both. "*/2" counts as
// restricted, as in robfig/cron. Immutable; thread-safe.
class Cron {
 public:
  // InvalidArgument, naming the field and what is allowed.
  static Result<Cron> parse(std::string_view text);

  // The first minute after `after` that matches; nothing within five years (30 February).
  std::optional<WallTime> next(WallTime after) const;

 private:
  bool dayMatches(unsigned day, unsigned weekday) const;

  std::uint64_t minutes_ = 0, hours_ = 0, days_ = 0, months_ = 0, weekdays_ = 0;  // bit sets
  bool anyDay_ = false, anyWeekday_ = false;
};

}  // namespace shopkeeper
