// Reads a price wish out of a message: "under 2000", "between 1k and 1.5k", "2000元以下",
// "三千左右".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper::dialogue {

struct PriceRange {
  std::optional<double> min;
  std::optional<double> max;
  bool any() const { return min.has_value() || max.has_value(); }
  bool holds(double price) const {
    return (!min || price >= *min) && (!max || price <= *max) && (!any() || price > 0);
  }
  bool operator==(const PriceRange&) const = default;
};

struct PriceWish {
  PriceRange range;
  std::string rest;  // the message without the words that made the range, normalised
};

// A number counts as a price only beside a word or sign that says so ("under", "以内", "¥"), so the
// 14 of "AirBook 14" never does. "around X" becomes X -20 % .. +20 %. A range without sense (lower
// bound above the upper) is read the other way round.
PriceWish readPriceWish(std::string_view message);

// "3000", "3k", "1.5万", "三千五", "两千", "一万二", "八百"; nothing for other text.
std::optional<double> readNumber(std::string_view text);

}  // namespace shopkeeper::dialogue
