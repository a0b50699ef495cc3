#include "services/dialogue/domain/price_range.h"

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <vector>

#include "services/dialogue/domain/text.h"

namespace shopkeeper::dialogue {
namespace {

constexpr std::u32string_view kDigits = U"零一二三四五六七八九";

std::optional<int> hanDigit(char32_t c) {
  if (c == U'两' || c == U'俩') return 2;
  if (c == U'〇') return 0;
  const auto at = kDigits.find(c);
  if (at == std::u32string_view::npos) return std::nullopt;
  return static_cast<int>(at);
}

double hanUnit(char32_t c) {
  switch (c) {
    case U'十':
      return 10;
    case U'百':
      return 100;
    case U'千':
      return 1000;
    case U'万':
      return 10000;
    default:
      return 0;
  }
}

// "三千五" is 3500, "一万二" 12000, "两千零五十" 2050.
std::optional<double> readHan(std::u32string_view text) {
  double total = 0;
  double section = 0;
  double digit = -1;
  double lastUnit = 0;
  bool zero = false;
  for (const char32_t c : text) {
    if (const auto value = hanDigit(c)) {
      zero = *value == 0;
      digit = *value;
      continue;
    }
    const double unit = hanUnit(c);
    if (unit == 0) return std::nullopt;
    if (unit == 10000) {
      total = (section + std::max(digit, 0.0)) * unit;
      section = 0;
    } else {
      section += (digit < 0 ? 1 : digit) * unit;
    }
    digit = -1;
    lastUnit = unit;
    zero = false;
  }
  if (digit >= 0) section += lastUnit >= 100 && !zero ? digit * lastUnit / 10 : digit;
  return total + section;
}

std::wstring widen(std::string_view text) {
  const auto chars = decodeUtf8(text);
  return {chars.begin(), chars.end()};
}

std::string narrow(const std::wstring& text) {
  return encodeUtf8(std::u32string(text.begin(), text.end()));
}

// A number: Arabic with an optional k/千/万, or Chinese numerals.
const wchar_t* const kNumber =
    LR"((\d[\d,]*(?:\.\d+)?\s*(?:k\b|千|万)?|[零一二两三四五六七八九十百千万〇]{1,8}))";
const wchar_t* const kMoneyBefore = LR"((?:¥|￥|\$|rmb|cny|usd|eur|€)?\s*)";
const wchar_t* const kMoneyAfter = LR"(\s*(?:元|块钱|块|rmb|cny|yuan|usd|eur|dollars|euros|€)?)";

std::wstring amount() { return std::wstring(kMoneyBefore) + kNumber + kMoneyAfter; }

enum class Meaning { Between, AtMost, AtLeast, Around, Budget };

struct Rule {
  std::wregex pattern;
  Meaning meaning;
};

// Wide: wchar_t holds a whole code point here, so Han characters work inside [].
const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = [] {
    const auto make = [](const std::wstring& pattern) {
      return std::wregex(pattern,
                         std::regex_constants::ECMAScript | std::regex_constants::optimize);
    };
    const std::wstring n = amount();
    std::vector<Rule> list;
    list.push_back(
        {make(LR"(\b(?:between|from)\s+)" + n + LR"(\s*(?:and|to|-|–)\s*)" + n), Meaning::Between});
    list.push_back({make(n + LR"(\s*(?:到|至|-|~|–|—)\s*)" + n + L"(?:之间|左右|价位|的|$| )"),
                    Meaning::Between});
    list.push_back({make(LR"(\b(?:under|below|less than|up to|at most|no more than|not more than|)"
                         LR"(cheaper than|within|max|maximum)\s+(?:of\s+)?)" +
                         n),
                    Meaning::AtMost});
    list.push_back(
        {make(L"(?:不超过|低于|少于|最多|小于|不到|不高于|便宜过)\\s*" + n), Meaning::AtMost});
    list.push_back(
        {make(n + L"\\s*(?:以下|以内|之内|内|封顶|or less|or under|and under)"), Meaning::AtMost});
    list.push_back(
        {make(LR"(\b(?:over|above|more than|at least|starting at|from|min|minimum)\s+)" + n),
         Meaning::AtLeast});
    list.push_back({make(L"(?:高于|超过|至少|不低于|多于|大于)\\s*" + n), Meaning::AtLeast});
    list.push_back({make(n + L"\\s*(?:以上|起|or more|and up|and above)"), Meaning::AtLeast});
    list.push_back(
        {make(LR"(\b(?:around|about|roughly|approximately|near)\s+)" + n), Meaning::Around});
    list.push_back({make(L"(?:大概|大约|差不多)\\s*" + n), Meaning::Around});
    list.push_back({make(n + L"\\s*(?:左右|上下|价位)"), Meaning::Around});
    list.push_back({make(LR"(\bbudget\s*(?:of|is|:)?\s*)" + n), Meaning::Budget});
    list.push_back({make(L"预算\\s*(?:是|为|：|:)?\\s*" + n), Meaning::Budget});
    return list;
  }();
  return all;
}

PriceRange apply(Meaning meaning, double first, std::optional<double> second) {
  switch (meaning) {
    case Meaning::Between: {
      const double other = second.value_or(first);
      return {std::min(first, other), std::max(first, other)};
    }
    case Meaning::AtMost:
    case Meaning::Budget:
      return {std::nullopt, first};
    case Meaning::AtLeast:
      return {first, std::nullopt};
    case Meaning::Around:
      return {first * 0.8, first * 1.2};
  }
  return {};
}

// "about 3 kg" and "under 14 inches" are no prices.
bool isOtherUnit(const std::wstring& after) {
  static const std::wregex unit(
      LR"(^\s*-?\s*(?:(?:kg|g|cm|mm|m|in|inch|inches|gb|tb|mb|w|wh|mah|hz|h|hours?|min|minutes?|l|ml|)"
      LR"(db|mp|years?|days?|months?|people|litres?|grams?|watts?)(?![a-z])|m²|英寸|寸|公斤|克|斤|厘米|)"
      LR"(毫米|米|小时|分钟|升|瓦|毫升|平|分贝|天|个|年|人|款|台|像素|万像素))");
  return std::regex_search(after, unit);
}

}  // namespace

std::optional<double> readNumber(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    if (c != ',' && c != ' ') clean += c;
  }
  if (clean.empty()) return std::nullopt;
  if (clean[0] >= '0' && clean[0] <= '9') {
    char* end = nullptr;
    const double value = std::strtod(clean.c_str(), &end);
    const std::string_view unit(end);
    if (unit.empty()) return value;
    if (unit == "k" || unit == "K" || unit == "千") return value * 1000;
    if (unit == "万") return value * 10000;
    return std::nullopt;
  }
  const auto chars = decodeUtf8(clean);
  if (std::find(chars.begin(), chars.end(), char32_t{0xFFFD}) != chars.end()) return std::nullopt;
  return readHan(chars);
}

PriceWish readPriceWish(std::string_view message) {
  PriceWish wish;
  wish.rest = normalise(message);
  std::wstring text = widen(wish.rest);
  if (text.size() > 300) return wish;  // std::regex recurses; nobody haggles at such length
  for (const Rule& rule : rules()) {
    std::wsmatch match;
    if (!std::regex_search(text, match, rule.pattern)) continue;
    const auto first = readNumber(narrow(match[1].str()));
    std::optional<double> second;
    if (match.size() > 2 && match[2].matched) second = readNumber(narrow(match[2].str()));
    if (!first || (rule.meaning == Meaning::Between && !second)) continue;
    const std::wstring after = match.suffix().str();
    if (isOtherUnit(after)) continue;
    const PriceRange range = apply(rule.meaning, *first, second);
    if (range.min && !wish.range.min) wish.range.min = range.min;
    if (range.max && !wish.range.max) wish.range.max = range.max;
    text = match.prefix().str() + L" " + after;
    if (rule.meaning == Meaning::Between || rule.meaning == Meaning::Around) break;
  }
  if (wish.range.min && wish.range.max && *wish.range.min > *wish.range.max) {
    std::swap(wish.range.min, wish.range.max);
  }
  wish.rest = normalise(narrow(text));
  return wish;
}

}  // namespace shopkeeper::dialogue
