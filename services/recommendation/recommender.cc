#include "services/recommendation/recommender.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "services/recommendation/backoff.h"

namespace shopkeeper::recommendation {
namespace {

// How much a user's history adds beside a product: it reorders equals, the product leads.
constexpr double kHistoryBesideProduct = 0.3;
// How far a category is searched for products of a like price.
constexpr std::size_t kCategoryLookedAt = 200;

struct Candidate {
  double fromProduct = 0;
  double fromHistory = 0;
  Reason reason = Reason::ForYou;

  double score() const { return fromProduct + fromHistory; }
  Reason why() const { return fromProduct >= fromHistory ? reason : Reason::ForYou; }
};

class Picker {
 public:
  Picker(const Model& model, const Wanted& wanted) : model_(model), wanted_(wanted) {
    if (const auto at = model.numbers.find(wanted.product); at != model.numbers.end()) {
      product_ = &at->second;
      excluded_.insert(at->second);
    }
    if (const auto at = model.users.find(wanted.user); at != model.users.end()) {
      history_ = &at->second;
    }
  }

  std::vector<Recommendation> pick() {
    learned();
    if (product_) sameCategory(*product_);
    if (!product_ && history_) favouriteCategories();
    for (const ProductNumber i : model_.byPopularity) {
      if (full()) break;
      add(i, model_.popularity[i], Reason::Popular);
    }
    return std::move(out_);
  }

 private:
  bool full() const { return out_.size() >= wanted_.limit; }

  // Scores fall along the list: what fills up is worth no more than what stands before it.
  void add(ProductNumber product, double score, Reason reason) {
    if (full() || !excluded_.insert(product).second) return;
    if (!out_.empty()) score = std::min(score, out_.back().score);
    out_.push_back({model_.catalogue->products[product].id, std::clamp(score, 0.0, 1.0), reason});
  }

  void learned() {
    std::map<ProductNumber, Candidate> candidates;
    if (product_) {
      for (const Neighbour& n : model_.neighbours[*product_]) {
        candidates[n.product] = {n.score, 0, n.reason};
      }
    }
    if (history_) addHistory(candidates);
    std::vector<std::pair<ProductNumber, Candidate>> order(candidates.begin(), candidates.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return a.second.score() > b.second.score();
    });
    for (const auto& [product, candidate] : order) {
      add(product, squash(candidate.score()), candidate.why());
    }
  }

  void addHistory(std::map<ProductNumber, Candidate>& candidates) {
    const double share = product_ ? kHistoryBesideProduct : 1.0;
    if (!product_) {
      // Bought is done with; what was only looked at may come again, if other things speak for it.
      for (const Touch& touch : *history_) {
        if (touch.bought) excluded_.insert(touch.product);
      }
    }
    for (const Touch& touch : *history_) {
      for (const Neighbour& n : model_.neighbours[touch.product]) {
        // Beside a product only what goes with it is shown.
        if (product_ && !candidates.contains(n.product)) continue;
        candidates[n.product].fromHistory += share * touch.weight * n.score;
      }
    }
  }

  static double squash(double score) { return score / (1 + score); }

  // The same category, popular and of a like price first.
  void sameCategory(ProductNumber product) {
    const auto& products = model_.catalogue->products;
    const auto at = model_.byCategory.find(products[product].category);
    if (full() || products[product].category.empty() || at == model_.byCategory.end()) return;
    std::vector<std::pair<double, ProductNumber>> order;
    for (std::size_t i = 0; i < std::min(at->second.size(), kCategoryLookedAt); ++i) {
      const ProductNumber other = at->second[i];
      order.emplace_back(
          model_.popularity[other] * priceLikeness(products[product].price, products[other].price),
          other);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [score, other] : order) add(other, score, Reason::SameCategory);
  }

  // Popular things of the categories that a user's history is about, in turn.
  void favouriteCategories() {
    std::map<std::string, double> weights;
    for (const Touch& touch : *history_) {
      weights[model_.catalogue->products[touch.product].category] += touch.weight;
    }
    std::vector<std::pair<std::string, double>> order(weights.begin(), weights.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (order.size() > 3) order.resize(3);
    for (std::size_t rank = 0; rank < wanted_.limit && !full(); ++rank) {
      for (const auto& [category, weight] : order) {
        const auto& list = model_.byCategory.at(category);
        if (rank < list.size()) add(list[rank], model_.popularity[list[rank]], Reason::ForYou);
      }
    }
  }

  const Model& model_;
  const Wanted& wanted_;
  const ProductNumber* product_ = nullptr;
  const UserHistory* history_ = nullptr;
  std::unordered_set<ProductNumber> excluded_;
  std::vector<Recommendation> out_;
};

}  // namespace

std::vector<Recommendation> recommend(const Model& model, const Wanted& wanted) {
  return Picker(model, wanted).pick();
}

}  // namespace shopkeeper::recommendation
