#include "services/recommendation/backoff.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

namespace shopkeeper::recommendation {
namespace {

constexpr std::size_t kLookedAt = 200;  // of a category, the most popular

struct Pairs {
  double within = 0, all = 0;
  double stay() const { return all == 0 ? 0 : within / all; }
};

std::map<std::string_view, Pairs> countPairs(const Model& model,
                                             const std::vector<const Row*>& rows) {
  const auto& products = model.catalogue->products;
  std::map<std::string_view, Pairs> out;
  for (const Row* row : rows) {
    std::map<std::string_view, std::size_t> items;
    for (const RowItem& item : row->items) ++items[products[item.product].category];
    const std::size_t size = row->items.size();
    // A long row has many pairs and still is one shopper's.
    const double weight = row->weight / static_cast<double>(size * size);
    for (const auto& [category, n] : items) {
      out[category].within += weight * static_cast<double>(n * (n - 1));
      out[category].all += weight * static_cast<double>(n * (size - 1));
    }
  }
  return out;
}

}  // namespace

double priceLikeness(double a, double b) {
  if (a <= 0 || b <= 0) return 0.5;
  return std::exp2(-std::abs(std::log2(a / b)));
}

std::vector<std::vector<Similar>> categoryPartners(const Model& model,
                                                   const std::vector<const Row*>& rows,
                                                   std::size_t most) {
  const auto& products = model.catalogue->products;
  const auto pairs = countPairs(model, rows);
  std::vector<std::vector<Similar>> out(products.size());
  for (ProductNumber i = 0; i < products.size(); ++i) {
    const auto at = pairs.find(products[i].category);
    const double stay = at == pairs.end() ? 0 : at->second.stay();
    if (stay == 0 || products[i].category.empty()) continue;
    const auto& others = model.byCategory.at(products[i].category);
    const double highest = model.popularity[others.front()];
    std::vector<Similar>& list = out[i];
    for (std::size_t k = 0; k < std::min(others.size(), kLookedAt); ++k) {
      const ProductNumber j = others[k];
      if (j == i || model.popularity[j] <= 0) continue;
      const double price = priceLikeness(products[i].price, products[j].price);
      list.push_back({j, stay * model.popularity[j] / highest * price});
    }
    std::sort(list.begin(), list.end(), [](const Similar& a, const Similar& b) {
      return a.score != b.score ? a.score > b.score : a.product < b.product;
    });
    if (list.size() > most) list.resize(most);
    list.shrink_to_fit();
  }
  return out;
}

}  // namespace shopkeeper::recommendation
