#include "services/search/render.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace shopkeeper::search {
namespace {

using nlohmann::json;

json named(const std::vector<FacetValue>& values) {
  json out = json::array();
  for (const FacetValue& v : values) {
    out.push_back({{"value", v.value}, {"label", v.label}, {"count", v.count}});
  }
  return out;
}

json hitJson(const Hit& hit) {
  return {{"id", hit.id},
          {"title", hit.title},
          {"title_zh", hit.titleZh},
          {"brand", hit.brand},
          {"category", hit.category},
          {"category_zh", hit.categoryZh},
          {"price", hit.price},
          {"currency", hit.currency},
          {"snippet", hit.snippet},
          {"score", std::round(hit.score * 1e4) / 1e4}};
}

}  // namespace

std::string renderJson(const SearchResult& result, bool stale) {
  json hits = json::array(), prices = json::array();
  for (const Hit& hit : result.hits) hits.push_back(hitJson(hit));
  for (const PriceBucket& b : result.facets.prices) {
    prices.push_back({{"from", static_cast<double>(b.from) / 100},
                      {"to", static_cast<double>(b.to) / 100},
                      {"count", b.count}});
  }
  const json out{{"total", result.total},
                 {"hits", std::move(hits)},
                 {"facets",
                  {{"brand", named(result.facets.brands)},
                   {"category", named(result.facets.categories)},
                   {"price", std::move(prices)}}},
                 {"suggestion", result.suggestion.empty() ? json() : json(result.suggestion)},
                 {"corrected", result.corrected},
                 {"version", result.version},
                 {"stale", stale}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace shopkeeper::search
