#include "services/dialogue/domain/compare.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "services/dialogue/domain/cues.h"
#include "services/dialogue/domain/facts.h"
#include "services/dialogue/domain/phrases.h"

namespace shopkeeper::dialogue {
namespace {

constexpr std::size_t kMaxLines = 8;

struct Line {
  std::string label;
  std::vector<std::string> values;
  std::optional<std::size_t> lowest;  // which product has the lowest number, where one has
};

std::optional<std::size_t> lowestOf(const std::vector<Quantity>& quantities) {
  std::size_t low = 0;
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    if (quantities[i].unit.empty() || quantities[i].unit != quantities[0].unit) return std::nullopt;
    if (quantities[i].amount < quantities[low].amount) low = i;
  }
  const auto same = std::count_if(quantities.begin(), quantities.end(), [&](const Quantity& q) {
    return q.amount == quantities[low].amount;
  });
  return same == 1 ? std::optional(low) : std::nullopt;
}

Line priceLine(const std::vector<const catalog::Product*>& listings, Language language) {
  Line line{say(language, "Price", "价格"), {}, {}};
  std::vector<Quantity> quantities;
  for (const auto* listing : listings) {
    const std::string price = money(listing->price, listing->currency);
    line.values.push_back(price.empty() ? say(language, "not given", "未标价") : price);
    quantities.push_back({listing->price, listing->price > 0 ? "$" + listing->currency : ""});
  }
  line.lowest = lowestOf(quantities);
  return line;
}

Line attributeLine(const Model& model, const std::vector<const catalog::Product*>& listings,
                   const std::string& name, Language language) {
  Line line{model.lexicon().label(name, language), {}, {}};
  std::vector<Quantity> quantities;
  for (const auto* listing : listings) {
    const auto at = listing->attributes.find(name);
    const bool given = at != listing->attributes.end();
    line.values.push_back(given ? model.lexicon().value(at->second, language)
                                : say(language, "not given", "未注明"));
    quantities.push_back(given ? readQuantity(at->second) : Quantity{});
  }
  line.lowest = lowestOf(quantities);
  return line;
}

// "Drennovar Juniper 3" of "Drennovar Juniper 3 Laptop, 14 in": enough to tell two apart.
std::string shortTitle(const std::string& title) {
  const auto comma = title.find(", ");
  return comma == std::string::npos ? title : title.substr(0, comma);
}

}  // namespace

Quantity readQuantity(const std::string& value) {
  char* end = nullptr;
  const double amount = std::strtod(value.c_str(), &end);
  if (end == value.c_str() || value[0] < '0' || value[0] > '9') return {};
  std::string unit(end);
  const auto begin = unit.find_first_not_of(' ');
  unit = begin == std::string::npos ? "1" : unit.substr(begin);
  if (unit.find_first_of("0123456789") != std::string::npos && unit != "1") return {};
  static const std::map<std::string, std::pair<double, std::string>> scales = {
      {"kg", {1000, "g"}}, {"TB", {1024, "GB"}}, {"L", {1000, "ml"}},    {"cm", {10, "mm"}},
      {"m", {1000, "mm"}}, {"h", {60, "min"}},   {"days", {1440, "min"}}};
  const auto scale = scales.find(unit);
  if (scale != scales.end()) return {amount * scale->second.first, scale->second.second};
  return {amount, unit};
}

Reply compare(const Model& model, const std::vector<std::uint32_t>& products, std::string_view rest,
              Language language) {
  std::vector<const catalog::Product*> listings;
  for (const std::uint32_t product : products) listings.push_back(&model.products().at(product));

  std::map<std::string, std::size_t> names;  // attribute -> how many listings give it
  std::size_t strongest = 0;
  for (const auto* listing : listings) {
    for (const auto& [name, value] : listing->attributes) {
      ++names[name];
      strongest = std::max(strongest, model.lexicon().asks(rest, name));
    }
  }
  std::vector<Line> lines;
  const bool price = asksPrice(rest) || asksForCheapest(rest);
  if (price || strongest == 0) lines.push_back(priceLine(listings, language));
  for (const auto& [name, count] : names) {
    const std::size_t asked = model.lexicon().asks(rest, name);
    if (strongest > 0 ? asked * 10 < strongest * 8 : count < listings.size() || price) continue;
    Line line = attributeLine(model, listings, name, language);
    const bool differs = std::any_of(line.values.begin(), line.values.end(),
                                     [&](const auto& value) { return value != line.values[0]; });
    if (strongest > 0 || differs) lines.push_back(std::move(line));
    if (lines.size() == kMaxLines) break;
  }

  Reply reply;
  for (std::size_t i = 0; i < listings.size(); ++i) {
    const std::string title = shortTitle(titleOf(*listings[i], language));
    reply.text += (i == 0 ? "" : say(language, " and ", " 与 ")) + title;
    reply.sources.push_back(sourceOf(model, products[i], language));
    reply.products.push_back(listings[i]->id);
  }
  reply.text += say(language, ", by their listings:", "，按商品页对比：");
  for (const Line& line : lines) {
    reply.text += "\n" + line.label + say(language, ": ", "：");
    for (std::size_t i = 0; i < line.values.size(); ++i) {
      reply.text += (i == 0 ? "" : " / ") + line.values[i];
    }
    if (line.lowest && (strongest > 0 || price)) {
      const std::string title = shortTitle(titleOf(*listings[*line.lowest], language));
      reply.text += say(language, " (lower: " + title + ")", "（较低：" + title + "）");
    }
  }
  if (lines.empty()) {
    reply.text +=
        say(language, "\nThe listings give nothing that differs.", "\n商品页上没有写明不同之处。");
  }
  reply.known = true;
  reply.confidence = 0.9;
  return reply;
}

}  // namespace shopkeeper::dialogue
