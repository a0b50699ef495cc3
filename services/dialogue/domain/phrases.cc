#include "services/dialogue/domain/phrases.h"

#include <cmath>
#include <cstdio>

namespace shopkeeper::dialogue {

const std::string& titleOf(const catalog::Product& product, Language language) {
  const bool chinese = language == Language::Chinese;
  const std::string& wanted = chinese ? product.titleZh : product.title;
  const std::string& other = chinese ? product.title : product.titleZh;
  return wanted.empty() ? other : wanted;
}

const std::string& descriptionOf(const catalog::Product& product, Language language) {
  const bool chinese = language == Language::Chinese;
  const std::string& wanted = chinese ? product.descriptionZh : product.description;
  const std::string& other = chinese ? product.description : product.descriptionZh;
  return wanted.empty() ? other : wanted;
}

std::string money(double amount, const std::string& currency) {
  if (!(amount > 0)) return "";
  const auto cents = static_cast<long long>(std::llround(amount * 100));
  std::string whole = std::to_string(cents / 100);
  for (std::size_t at = whole.size(); at > 3;) {
    at -= 3;
    whole.insert(at, ",");
  }
  if (cents % 100 != 0) {
    char part[8];
    std::snprintf(part, sizeof part, ".%02d", static_cast<int>(cents % 100));
    whole += part;
  }
  if (currency == "CNY" || currency == "JPY" || currency.empty()) return "¥" + whole;
  if (currency == "USD") return "$" + whole;
  if (currency == "EUR") return "€" + whole;
  if (currency == "GBP") return "£" + whole;
  return currency + " " + whole;
}

std::string rangeText(const PriceRange& range, const std::string& currency, Language language) {
  const auto amount = [&](double value) { return money(value, currency); };
  if (range.min && range.max) {
    return say(language, "between " + amount(*range.min) + " and " + amount(*range.max),
               amount(*range.min) + " 到 " + amount(*range.max));
  }
  if (range.max) return say(language, "up to " + amount(*range.max), amount(*range.max) + " 以内");
  if (range.min) return say(language, "from " + amount(*range.min), amount(*range.min) + " 以上");
  return "";
}

std::string smallTalkText(SmallTalk kind, Language language) {
  switch (kind) {
    case SmallTalk::Greeting:
      return say(language, "Hello! What are you looking for, or what would you like to know?",
                 "你好！想找什么商品，或者想了解什么？");
    case SmallTalk::Thanks:
      return say(language, "You are welcome.", "不客气。");
    case SmallTalk::Goodbye:
      return say(language, "Goodbye, and see you again.", "再见，欢迎再来。");
    case SmallTalk::WhoAreYou:
      return say(
          language,
          "I am the shop's guide. I answer from the catalogue and the help pages: ask about a "
          "product, compare two, or tell me what you need and your budget. When I do not "
          "know, I say so.",
          "我是导购助手，只根据商品目录和帮助页面回答：可以问商品参数、对比两款商品，"
          "或告诉我需求和预算。不知道的我会直说。");
  }
  return "";
}

}  // namespace shopkeeper::dialogue
