#include "common/cron.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace shopkeeper {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays = {"SUN", "MON", "TUE", "WED",
                                                       "THU", "FRI", "SAT"};

struct FieldKind {
  const char* name;
  unsigned min, max;
  const char* allowed;
};

constexpr std::array<FieldKind, 5> kFields = {
    FieldKind{"minute", 0, 59, "0-59"}, FieldKind{"hour", 0, 23, "0-23"},
    FieldKind{"day of month", 1, 31, "1-31"}, FieldKind{"month", 1, 12, "1-12 or JAN-DEC"},
    FieldKind{"day of week", 0, 6, "0-6 (0 is Sunday) or SUN-SAT"}};

struct Field {
  std::uint64_t bits = 0;
  bool any = false;  // '*' or '?' without a step
};

Error wrong(const FieldKind& kind, std::string_view text) {
  return Error(ErrorCode::InvalidArgument,
               "cron " + std::string(kind.name) + " \"" + std::string(text) + "\" must be " +
                   kind.allowed + ", '*', a range a-b, a list a,b or these with a step /n");
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

bool parseNumber(std::string_view text, unsigned& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool parseValue(const FieldKind& kind, std::string_view text, unsigned& value) {
  const auto named = [&](const auto& names, unsigned first) {
    const auto found = std::ranges::find(names, upper(text));
    if (found == names.end()) return false;
    value = static_cast<unsigned>(found - names.begin()) + first;
    return true;
  };
  if (&kind == &kFields[3] && named(kMonths, 1)) return true;
  if (&kind == &kFields[4] && named(kWeekdays, 0)) return true;
  return parseNumber(text, value) && value >= kind.min && value <= kind.max;
}

// One element of a list: "*", "5", "1-5", each with "/n"; "5/n" means from 5 to the end.
bool parseElement(const FieldKind& kind, std::string_view text, Field& field) {
  const auto slash = text.find('/');
  unsigned step = 1;
  if (slash != std::string_view::npos &&
      (!parseNumber(text.substr(slash + 1), step) || step == 0 || step > kind.max)) {
    return false;
  }
  const std::string_view range = text.substr(0, slash);
  unsigned from = kind.min, to = kind.max;
  if (range == "*" || range == "?") {
    field.any = field.any || step == 1;
  } else {
    const auto dash = range.find('-');
    if (!parseValue(kind, range.substr(0, dash), from)) return false;
    if (dash != std::string_view::npos) {
      if (!parseValue(kind, range.substr(dash + 1), to) || to < from) return false;
    } else if (slash == std::string_view::npos) {
      to = from;
    }
  }
  for (unsigned value = from; value <= to; value += step) field.bits |= 1ull << value;
  return true;
}

Result<Field> parseField(const FieldKind& kind, std::string_view text) {
  Field field;
  std::string_view rest = text;
  while (true) {
    const auto comma = rest.find(',');
    if (!parseElement(kind, rest.substr(0, comma), field)) return wrong(kind, text);
    if (comma == std::string_view::npos) return field;
    rest.remove_prefix(comma + 1);
  }
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const auto start = text.find_first_not_of(" \t");
    if (start == std::string_view::npos) return out;
    const auto end = std::min(text.find_first_of(" \t", start), text.size());
    out.push_back(text.substr(start, end - start));
    text.remove_prefix(end);
  }
}

std::string_view expanded(std::string_view text) {
  if (text == "@hourly") return "0 * * * *";
  if (text == "@daily" || text == "@midnight") return "0 0 * * *";
  if (text == "@weekly") return "0 0 * * 0";
  if (text == "@monthly") return "0 0 1 * *";
  if (text == "@yearly" || text == "@annually") return "0 0 1 1 *";
  return text;
}

bool has(std::uint64_t bits, unsigned value) { return (bits >> value & 1) != 0; }

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  const auto parts = words(expanded(text));
  if (parts.size() != kFields.size()) {
    return Error(ErrorCode::InvalidArgument,
                 "cron schedule \"" + std::string(text) +
                     "\" must have five fields (minute, hour, day of month, month, day of week), "
                     "such as \"0 3 * * *\"");
  }
  std::array<Field, 5> fields;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto field = parseField(kFields[i], parts[i]);
    if (!field) return field.error();
    fields[i] = *field;
  }
  Cron cron;
  cron.minutes_ = fields[0].bits;
  cron.hours_ = fields[1].bits;
  cron.days_ = fields[2].bits;
  cron.months_ = fields[3].bits;
  cron.weekdays_ = fields[4].bits;
  cron.anyDay_ = fields[2].any;
  cron.anyWeekday_ = fields[4].any;
  return cron;
}

bool Cron::dayMatches(unsigned day, unsigned weekday) const {
  const bool dayFits = has(days_, day), weekdayFits = has(weekdays_, weekday);
  return anyDay_ || anyWeekday_ ? dayFits && weekdayFits : dayFits || weekdayFits;
}

std::optional<WallTime> Cron::next(WallTime after) const {
  using namespace std::chrono;
  const auto first = floor<minutes>(after) + minutes(1);
  const auto firstDay = floor<days>(first);
  for (sys_days day = firstDay; day < firstDay + days(5 * 366); day += days(1)) {
    const year_month_day date(day);
    const weekday week(day);
    if (!has(months_, static_cast<unsigned>(date.month())) ||
        !dayMatches(static_cast<unsigned>(date.day()), week.c_encoding())) {
      continue;
    }
    for (unsigned hour = 0; hour < 24; ++hour) {
      if (!has(hours_, hour)) continue;
      for (unsigned minute = 0; minute < 60; ++minute) {
        const auto candidate = day + hours(hour) + minutes(minute);
        if (has(minutes_, minute) && candidate >= first) return WallTime(candidate);
      }
    }
  }
  return {};
}

}  // namespace shopkeeper
