#include "operator/api/quantity.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <string>

namespace shopkeeper::api {
namespace {

Error invalid(std::string_view text) {
  return Error(ErrorCode::InvalidArgument,
               "\"" + std::string(text) +
                   "\" is not a Kubernetes quantity of 0 or more, such as 100m, 2 or 512Mi");
}

// The factor of a suffix, or 0 for what is none.
long double factorOf(std::string_view suffix) {
  static const std::map<std::string_view, long double> factors = {
      {"n", 1e-9L},    {"u", 1e-6L},    {"m", 1e-3L},    {"", 1},
      {"k", 1e3L},     {"M", 1e6L},     {"G", 1e9L},     {"T", 1e12L},
      {"P", 1e15L},    {"E", 1e18L},    {"Ki", 0x1p10L}, {"Mi", 0x1p20L},
      {"Gi", 0x1p30L}, {"Ti", 0x1p40L}, {"Pi", 0x1p50L}, {"Ei", 0x1p60L}};
  if (const auto it = factors.find(suffix); it != factors.end()) return it->second;
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return 0;
  auto digits = suffix.substr(1);
  if (digits.front() == '+') digits.remove_prefix(1);
  int exponent = 0;
  const auto [end, problem] =
      std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (problem != std::errc() || end != digits.data() + digits.size()) return 0;
  if (exponent < -30 || exponent > 30) return 0;
  return std::pow(10.0L, exponent);
}

}  // namespace

Result<Quantity> parseQuantity(std::string_view text) {
  auto rest = text;
  if (!rest.empty() && rest.front() == '+') rest.remove_prefix(1);
  // Digits by hand: strtold would take hexadecimal, "inf" and the locale's point.
  long double value = 0;
  long double place = 1;
  bool digits = false;
  bool point = false;
  std::size_t i = 0;
  for (; i < rest.size() && i < 40; ++i) {
    const char c = rest[i];
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      digits = true;
      value = value * 10 + (c - '0');
      if (point) place *= 10;
    } else {
      break;
    }
  }
  const auto factor = factorOf(rest.substr(i));
  if (!digits || factor == 0) return invalid(text);
  const auto milli = std::ceil(value / place * factor * 1000 - 1e-9L);
  if (milli >= static_cast<long double>(std::numeric_limits<std::int64_t>::max())) {
    return Quantity{std::numeric_limits<std::int64_t>::max()};
  }
  return Quantity{static_cast<std::int64_t>(milli)};
}

}  // namespace shopkeeper::api
