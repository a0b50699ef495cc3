#include <algorithm>
#include <cstdio>

#include "sidecar/backup/repository/go_text.h"

namespace shopkeeper::backup {
namespace {

struct Date {
  std::int64_t year;
  unsigned month, day;
};

// Days since 1970 to the proleptic Gregorian calendar and back. Source: H. Hinnant,
// "chrono-Compatible Low-Level Date Algorithms".
Date dateOf(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto dayOfEra = static_cast<unsigned>(days - era * 146097);
  const unsigned yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const unsigned dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const unsigned shifted = (5 * dayOfYear + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
          dayOfYear - (153 * shifted + 2) / 5 + 1};
}

std::int64_t daysOf(Date date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto yearOfEra = static_cast<unsigned>(year - era * 400);
  const unsigned shifted = date.month > 2 ? date.month - 3 : date.month + 9;
  const unsigned dayOfYear = (153 * shifted + 2) / 5 + date.day - 1;
  return era * 146097 +
         static_cast<std::int64_t>(yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear) -
         719468;
}

constexpr std::int64_t kYearZero = -62167219200;    // 0000-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253402300799;  // 9999-12-31T23:59:59Z

void appendDigits(std::string& out, std::uint32_t value, int digits) {
  std::uint32_t scale = 1;
  for (int i = 1; i < digits; ++i) scale *= 10;
  for (; scale > 0; scale /= 10) out += static_cast<char>('0' + value / scale % 10);
}

// Takes `digits` digits off `text`.
bool takeDigits(std::string_view& text, std::size_t digits, unsigned& value) {
  if (text.size() < digits) return false;
  value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + static_cast<unsigned>(text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool takeFraction(std::string_view& text, std::uint32_t& nanos) {
  std::uint32_t scale = 100000000;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, scale /= 10) {
    nanos += static_cast<std::uint32_t>(text[i] - '0') * scale;
  }
  text.remove_prefix(i);
  return i > 0;
}

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void appendTime(std::string& out, Timestamp time) {
  if (time.seconds < kYearZero) time = {kYearZero, 0};
  if (time.seconds > kLastSecond) time = {kLastSecond, 999999999};
  const std::int64_t days = (time.seconds >= 0 ? time.seconds : time.seconds - 86399) / 86400;
  const auto second = static_cast<std::uint32_t>(time.seconds - days * 86400);
  const Date date = dateOf(days);
  appendDigits(out, static_cast<std::uint32_t>(date.year), 4), out += '-';
  appendDigits(out, date.month, 2), out += '-';
  appendDigits(out, date.day, 2), out += 'T';
  appendDigits(out, second / 3600, 2), out += ':';
  appendDigits(out, second / 60 % 60, 2), out += ':';
  appendDigits(out, second % 60, 2);
  if (time.nanos != 0) {
    out += '.', appendDigits(out, time.nanos, 9);
    while (out.back() == '0') out.pop_back();
  }
  out += 'Z';
}

std::optional<Timestamp> parseTime(std::string_view text) {
  unsigned year, month, day, hour, minute, second;
  if (!takeDigits(text, 4, year) || !take(text, '-') || !takeDigits(text, 2, month) ||
      !take(text, '-') || !takeDigits(text, 2, day) || !take(text, 'T') ||
      !takeDigits(text, 2, hour) || !take(text, ':') || !takeDigits(text, 2, minute) ||
      !take(text, ':') || !takeDigits(text, 2, second)) {
    return std::nullopt;
  }
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  Timestamp time;
  if (take(text, '.') && !takeFraction(text, time.nanos)) return std::nullopt;
  time.seconds = daysOf({year, month, day}) * 86400 + hour * 3600 + minute * 60 + second;
  if (take(text, 'Z')) return text.empty() ? std::optional(time) : std::nullopt;
  const bool west = take(text, '-');
  unsigned offsetHours, offsetMinutes;
  if ((!west && !take(text, '+')) || !takeDigits(text, 2, offsetHours) || !take(text, ':') ||
      !takeDigits(text, 2, offsetMinutes) || !text.empty()) {
    return std::nullopt;
  }
  const std::int64_t offset = offsetHours * 3600 + offsetMinutes * 60;
  time.seconds += west ? offset : -offset;
  return time;
}

std::string toBase64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? kBase64[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return out;
}

std::optional<std::string> fromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const std::size_t padding = !last ? 0 : text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const std::size_t value =
          j < 4 - padding ? std::string_view(kBase64, 64).find(text[i + j]) : 0;
      if (value == std::string_view::npos) return std::nullopt;
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    for (std::size_t j = 0; j < 3 - padding; ++j) {
      out += static_cast<char>(group >> (16 - 8 * j) & 255);
    }
  }
  return out;
}

}  // namespace shopkeeper::backup
