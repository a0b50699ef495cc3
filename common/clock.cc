#include "common/clock.h"

#include <cctype>
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
  // Fixed columns; the library's scanner would take blanks and signs for digits.
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() <= kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const char c = text[i];
    const bool fits = kShape[i] == 'd'   ? c >= '0' && c <= '9'
                      : kShape[i] == 'T' ? c == 'T' || c == 't' || c == ' '
                                         : c == kShape[i];
    if (!fits) return false;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  // What nanoseconds since 1970 in 64 bits can hold, with room for an offset.
  if (year < 1678 || year > 2261) return false;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return false;

  const char* rest = text.c_str() + kShape.size();
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
    const bool digits = std::isdigit(static_cast<unsigned char>(rest[1])) != 0;
    if (!digits || std::sscanf(rest + 1, "%2d:%2d%n", &hours, &minutes, &length) != 2 ||
        length != 5 || hours > 23 || minutes < 0 || minutes > 59) {
      return false;
    }
    offsetSeconds = (hours * 3600L + minutes * 60L) * (*rest == '-' ? -1 : 1);
    rest += 6;
  } else {
    return false;
  }
  if (rest != text.c_str() + text.size()) return false;

  out = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
        std::chrono::seconds(second - offsetSeconds) +
        std::chrono::duration_cast<WallTime::duration>(std::chrono::nanoseconds(nanos));
  return true;
}

}  // namespace shopkeeper
