#include "services/dialogue/domain/recommend.h"

#include <algorithm>

#include "services/dialogue/domain/cues.h"
#include "services/dialogue/domain/facts.h"
#include "services/dialogue/domain/phrases.h"

namespace shopkeeper::dialogue {
namespace {

constexpr std::size_t kShown = 3;
constexpr std::size_t kAsked = 20;
constexpr double kFits = 0.5;    // share of the wish a listing must hold to be offered as fitting
constexpr double kNearby = 0.8;  // the same, for products offered beside "I do not know"

struct Candidates {
  std::vector<std::uint32_t> products;
  bool stale = false;
};

Candidates candidates(const Model& model, ProductFinder& finder, const Wish& wish,
                      Language language) {
  Candidates result;
  const ProductIndex& index = model.products();
  const auto found = finder.find(wish.query, language, wish.range, kAsked);
  if (found) {
    result.stale = found->stale;
    for (const std::string& id : found->ids) {
      const std::uint32_t product = index.byId(id);
      if (product < index.products().size()) result.products.push_back(product);
    }
    return result;
  }
  result.stale = true;
  if (!wish.query.empty()) {
    result.products = index.find(wish.query, wish.range, kAsked);
    return result;
  }
  for (std::uint32_t i = 0; i < index.products().size(); ++i) {
    if (wish.range.holds(index.at(i).price)) result.products.push_back(i);
  }
  std::stable_sort(result.products.begin(), result.products.end(),
                   [&](std::uint32_t a, std::uint32_t b) {
                     return index.at(a).popularity > index.at(b).popularity;
                   });
  if (result.products.size() > kAsked) result.products.resize(kAsked);
  return result;
}

}  // namespace

std::vector<std::uint32_t> nearby(const Model& model, std::string_view message, std::size_t limit) {
  std::vector<std::uint32_t> close;
  const std::string query = wishOnly(message);
  if (query.empty()) return close;
  for (const std::uint32_t product : model.products().find(query, {}, limit)) {
    if (model.products().coverage(query, product) >= kNearby) close.push_back(product);
  }
  return close;
}

Reply recommend(const Model& model, ProductFinder& finder, const Wish& wish, Language language) {
  const ProductIndex& index = model.products();
  Candidates all = candidates(model, finder, wish, language);
  double best = 0;
  std::vector<std::uint32_t> fitting;
  for (const std::uint32_t product : all.products) {
    if (!wish.range.holds(index.at(product).price)) continue;
    const double share = index.coverage(wish.query, product);
    if (share < kFits) continue;
    best = std::max(best, share);
    fitting.push_back(product);
  }
  if (wish.cheapest) {
    std::stable_sort(fitting.begin(), fitting.end(), [&](std::uint32_t a, std::uint32_t b) {
      return index.at(a).price < index.at(b).price;
    });
  }
  if (fitting.size() > kShown) fitting.resize(kShown);

  const std::string currency = fitting.empty()
                                   ? (index.products().empty() ? "" : index.at(0).currency)
                                   : index.at(fitting[0]).currency;
  const std::string range = rangeText(wish.range, currency, language);
  Reply reply;
  reply.stale = all.stale;
  if (fitting.empty()) {
    const std::string what = wish.query.empty() ? "" : "\u201c" + wish.query + "\u201d";
    reply.text = say(language,
                     "I found nothing" + (what.empty() ? "" : " for " + what) +
                         (range.empty() ? "" : " " + range) + " in the catalogue.",
                     "商品目录里没有找到" + (range.empty() ? "" : " " + range + " ") +
                         (what.empty() ? "合适的商品" : "符合" + what + "的商品") + "。");
    reply.confidence = 0.1;
    return reply;
  }
  reply.text = say(language, range.empty() ? "These fit:" : "These fit, " + range + ":",
                   range.empty() ? "这些商品符合：" : range + "，这些商品符合：");
  for (const std::uint32_t product : fitting) {
    const catalog::Product& listing = index.at(product);
    const std::string price = money(listing.price, listing.currency);
    reply.text += "\n• " + titleOf(listing, language) +
                  (price.empty() ? "" : say(language, ", " + price, "，" + price));
    reply.sources.push_back(sourceOf(model, product, language));
    reply.products.push_back(listing.id);
  }
  reply.known = true;
  reply.confidence = 0.35 + 0.55 * best;
  return reply;
}

}  // namespace shopkeeper::dialogue
