#include "common/time_zone.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>

namespace shopkeeper {
namespace {

WallTime toWall(absl::Time time) {
  return WallTime(std::chrono::nanoseconds(absl::ToUnixNanos(time)));
}

absl::CivilSecond toCivil(WallTime local) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(local).time_since_epoch().count();
  return absl::CivilSecond() + seconds;  // CivilSecond() is 1970-01-01 00:00:00
}

// The library would read any file that it is given the path of.
bool isZoneName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  };
  return !name.empty() && name.size() <= 64 && name.front() != '/' &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

struct TimeZone::Rules {
  absl::TimeZone zone;
};

Result<TimeZone> TimeZone::load(std::string_view name) {
  auto rules = std::make_shared<Rules>();
  if (!isZoneName(name) || !absl::LoadTimeZone({name.data(), name.size()}, &rules->zone)) {
    return Error(ErrorCode::InvalidArgument,
                 "\"" + std::string(name) + "\" is no time zone such as \"Europe/Berlin\"");
  }
  TimeZone out;
  out.rules_ = std::move(rules);
  return out;
}

WallTime TimeZone::localOf(WallTime instant) const {
  const auto info = rules_->zone.At(absl::FromChrono(instant));
  return instant + std::chrono::seconds(info.offset);
}

WallTime TimeZone::instantOf(WallTime local) const {
  const auto info = rules_->zone.At(toCivil(local));
  const auto fraction = local - std::chrono::floor<std::chrono::seconds>(local);
  if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) return toWall(info.trans);
  return toWall(info.pre) + fraction;
}

std::optional<WallTime> nextRun(const Cron& cron, const TimeZone& zone, WallTime after) {
  // In the second of two equal hours the local times of the first come up again; they have fired.
  for (auto local = cron.next(zone.localOf(after)); local; local = cron.next(*local)) {
    const auto instant = zone.instantOf(*local);
    if (instant > after) return instant;
  }
  return {};
}

}  // namespace shopkeeper
