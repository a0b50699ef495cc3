#include "services/recommendation/cooccurrence.h"

#include <algorithm>
#include <cmath>

namespace shopkeeper::recommendation {
namespace {

constexpr std::uint32_t kNobody = ~0u;

// Where a product stands: row and place in it.
struct Place {
  std::uint32_t row = 0;
  float strength = 0;
};

double rowWeight(const Row& row) {
  // A row of n products speaks for n - 1 partners each; a long one must not speak louder for it.
  return row.weight /
         std::sqrt(static_cast<double>(std::max<std::size_t>(row.items.size(), 2) - 1));
}

struct Sums {
  double weight = 0;
  std::uint32_t users = 0;
  std::uint32_t lastUser = kNobody;
};

bool better(const Similar& a, const Similar& b) {
  return a.score != b.score ? a.score > b.score : a.product < b.product;
}

}  // namespace

std::vector<std::vector<Similar>> similarProducts(const std::vector<const Row*>& rows,
                                                  std::size_t products, double shrink,
                                                  double penalty, std::size_t most) {
  std::vector<std::vector<Place>> places(products);
  std::vector<double> own(products, 0);  // c(i,i)
  for (std::uint32_t r = 0; r < rows.size(); ++r) {
    for (const RowItem& item : rows[r]->items) {
      places[item.product].push_back({r, item.strength});
      own[item.product] += rowWeight(*rows[r]) * item.strength * item.strength;
    }
  }
  std::vector<std::vector<Similar>> out(products);
  std::vector<Sums> sums(products);
  std::vector<ProductNumber> touched;
  for (ProductNumber i = 0; i < products; ++i) {
    touched.clear();
    for (const Place& place : places[i]) {
      const Row& row = *rows[place.row];
      const double weight = rowWeight(row) * place.strength;
      for (const RowItem& partner : row.items) {
        if (partner.product == i) continue;
        Sums& sum = sums[partner.product];
        if (sum.users == 0) touched.push_back(partner.product);
        sum.weight += weight * partner.strength;
        // Rows come in order of user, so a new user is one other than the last.
        if (sum.lastUser != row.user) ++sum.users;
        sum.lastUser = row.user;
      }
    }
    std::vector<Similar>& list = out[i];
    for (const ProductNumber j : touched) {
      const double users = sums[j].users;
      const double norm = std::pow(own[i], 1 - penalty) * std::pow(own[j], penalty);
      list.push_back({j, sums[j].weight / norm * users / (users + shrink)});
      sums[j] = Sums{};
    }
    const std::size_t kept = std::min(most, list.size());
    std::partial_sort(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(kept), list.end(),
                      better);
    list.resize(kept);
    list.shrink_to_fit();
  }
  return out;
}

}  // namespace shopkeeper::recommendation
