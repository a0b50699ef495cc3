#include "common/clock.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace shopkeeper {
namespace {

class SystemClock final : public Clock {
 public:
  MonotonicTime now() const override { return std::chrono::steady_clock::now(); }
  WallTime wallNow() const override { return std::chrono::system_clock::now(); }
};

std::string formatUtc(WallTime time, const char* fraction, long long fractionValue) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  char tail[16];
  std::snprintf(tail, sizeof tail, fraction, fractionValue);
  return std::string(date) + tail;
}

template <class Unit>
long long fractionOf(WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  return std::chrono::duration_cast<Unit>(time - second).count();
}

}  // namespace

const Clock& systemClock() {
  static const SystemClock clock;
  return clock;
}

std::string toRfc3339(WallTime time) {
  return formatUtc(time, ".%03lldZ", fractionOf<std::chrono::milliseconds>(time));
}

std::string toRfc3339Seconds(WallTime time) { return formatUtc(time, "Z", 0); }

std::string toRfc3339Micros(WallTime time) {
  return formatUtc(time, ".%06lldZ", fractionOf<std::chrono::microseconds>(time));
}

bool parseRfc3339(const std::string& text, WallTime& out) {
  std::tm utc{};
  int used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &utc.tm_year, &utc.tm_mon,
                  &utc.tm_mday, &utc.tm_hour, &utc.tm_min, &utc.tm_sec, &used) != 6 ||
      used == 0) {
    return false;
  }
  if (utc.tm_mon < 1 || utc.tm_mon > 12 || utc.tm_mday < 1 || utc.tm_mday > 31 ||
      utc.tm_hour > 23 || utc.tm_min > 59 || utc.tm_sec > 60) {
    return false;
  }
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;

  const char* rest = text.c_str() + used;
  long long nanos = 0;
  if (*rest == '.') {
    long long scale = 100'000'000;
    const char* digit = rest + 1;
    if (*digit < '0' || *digit > '9') return false;
    for (; *digit >= '0' && *digit <= '9'; ++digit, scale /= 10) nanos += (*digit - '0') * scale;
    rest = digit;
  }
  long offsetSeconds = 0;
  if (*rest == 'Z' || *rest == 'z') {
    ++rest;
  } else if (*rest == '+' || *rest == '-') {
    int hours = 0, minutes = 0, length = 0;
    if (std::sscanf(rest + 1, "%2d:%2d%n", &hours, &minutes, &length) != 2 || length != 5) {
      return false;
    }
    offsetSeconds = (hours * 3600L + minutes * 60L) * (*rest == '-' ? -1 : 1);
    rest += 6;
  } else {
    return false;
  }
  if (*rest != '\0') return false;

  const std::time_t seconds = timegm(&utc) - offsetSeconds;
  out = WallTime(std::chrono::seconds(seconds)) +
        std::chrono::duration_cast<WallTime::duration>(std::chrono::nanoseconds(nanos));
  return true;
}

}  // namespace shopkeeper
