#include "operator/api/cron.h"

#include <charconv>
#include <string>
#include <vector>

namespace shopkeeper::api {
namespace {

struct Field {
  const char* name;
  int low;
  int high;
};
constexpr Field kFields[] = {
    {"minute", 0, 59}, {"hour", 0, 23}, {"day", 1, 31}, {"month", 1, 12}, {"weekday", 0, 7}};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const auto end = text.find(separator, start);
    parts.push_back(text.substr(start, end == text.npos ? text.npos : end - start));
    if (end == text.npos) return parts;
    start = end + 1;
  }
}

bool number(std::string_view text, int low, int high, int& out) {
  const auto* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, out);
  return !text.empty() && text.front() != '-' && problem == std::errc() && rest == end &&
         out >= low && out <= high;
}

bool validItem(std::string_view item, const Field& field) {
  const auto byStep = split(item, '/');
  int step = 1;
  if (byStep.size() > 2 || (byStep.size() == 2 && !number(byStep[1], 1, 99, step))) return false;
  if (byStep[0] == "*") return true;
  const auto range = split(byStep[0], '-');
  int from = 0;
  int to = 0;
  if (range.size() > 2 || !number(range[0], field.low, field.high, from)) return false;
  return range.size() == 1 || (number(range[1], field.low, field.high, to) && from <= to);
}

}  // namespace

Status checkCron(std::string_view text) {
  const auto parts = split(text, ' ');
  if (parts.size() != std::size(kFields)) {
    return Error(ErrorCode::InvalidArgument,
                 "must be five cron fields (minute hour day month weekday) separated by one space, "
                 "such as \"30 3 * * *\"");
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const auto item : split(parts[i], ',')) {
      if (validItem(item, kFields[i])) continue;
      return Error(ErrorCode::InvalidArgument,
                   std::string("has a wrong ") + kFields[i].name + " field \"" +
                       std::string(parts[i]) + "\": allowed are " + std::to_string(kFields[i].low) +
                       "-" + std::to_string(kFields[i].high) +
                       ", \"*\", ranges a-b with a <= b, steps /n and lists");
    }
  }
  return ok();
}

}  // namespace shopkeeper::api
