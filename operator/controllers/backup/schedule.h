// When something that repeats is due: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/time_zone.h"

namespace shopkeeper::controllers::backup {

// Cron in a time zone, moved by a delay that stays the same for one `seed`, so that a hundred
// guides with one schedule do not start in the same second.
class Schedule {
 public:
  // InvalidArgument names what is wrong with cron or zone.
  static Result<Schedule> parse(std::string_view cron, std::string_view zone, Duration jitter,
                                std::string_view seed);

  // The newest instant that the schedule means, after `last` and due (its delay passed) at `now`.
  // However many were missed, one is due.
  std::optional<WallTime> due(WallTime last, WallTime now) const;
  // When the first one after `now` is due, delay included.
  std::optional<WallTime> next(WallTime now) const;
  // How many runs `span` from `now` holds, at most `limit`.
  int runsWithin(Duration span, WallTime now, int limit) const;

  Duration delay() const { return delay_; }

 private:
  Schedule(Cron cron, TimeZone zone, Duration delay)
      : cron_(cron), zone_(std::move(zone)), delay_(delay) {}

  Cron cron_;
  TimeZone zone_;
  Duration delay_;
};

// In [0, jitter), whole seconds, the same for the same seed on every machine.
Duration stableDelay(std::string_view seed, Duration jitter);

// "demo-20261126-0300" for what is meant to run at 2026-11-26T03:00Z: a second create is refused.
std::string scheduledName(const std::string& guide, WallTime meant);

}  // namespace shopkeeper::controllers::backup
