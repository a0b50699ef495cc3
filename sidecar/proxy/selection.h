// The choice among endpoints that may all serve: power of two choices. Pure.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

namespace shopkeeper::sidecar {

// Two candidates are drawn by weight; the first is taken unless its cost is clearly higher than
// the second's. Source: Mitzenmacher, "The power of two choices in randomized load balancing";
// Finagle's and linkerd2-proxy's balancers. The indifference keeps shares at their weights while
// costs differ by noise only: strictly the cheaper one would starve the third of three equals.
// O(log n), no allocation. Not thread-safe.
class WeightedPool {
 public:
  static constexpr double kIndifference = 1.5;
  static constexpr double kNoRoom = std::numeric_limits<double>::infinity();

  void clear() {
    items_.clear();
    total_ = 0;
  }
  // `item` is the caller's; weight > 0.
  void add(int item, double weight) {
    total_ += weight;
    items_.push_back({item, total_, weight});
  }
  bool empty() const { return items_.empty(); }
  double weight() const { return total_; }

  // `first` and `second` in [0, 1). `cost(item, share)`: what one more request would cost there,
  // kNoRoom where it takes none; share is its weight over the mean. -1 where neither candidate has
  // room.
  template <class Cost>
  int choose(double first, double second, Cost cost) const {
    if (items_.empty()) return -1;
    const std::size_t a = find(first);
    std::size_t b = find(second);
    if (a == b) b = (b + 1) % items_.size();
    const double costA = cost(items_[a].item, share(a));
    if (a == b) return costA == kNoRoom ? -1 : items_[a].item;
    const double costB = cost(items_[b].item, share(b));
    if (costA == kNoRoom && costB == kNoRoom) return -1;
    return costA > kIndifference * costB ? items_[b].item : items_[a].item;
  }

 private:
  struct Item {
    int item = 0;
    double upTo = 0;  // weights of this and all before
    double weight = 0;
  };
  std::size_t find(double position) const {
    const auto at =
        std::upper_bound(items_.begin(), items_.end(), position * total_,
                         [](double wanted, const Item& each) { return wanted < each.upTo; });
    return std::min(static_cast<std::size_t>(at - items_.begin()), items_.size() - 1);
  }
  double share(std::size_t index) const {
    return items_[index].weight * static_cast<double>(items_.size()) / total_;
  }

  std::vector<Item> items_;
  double total_ = 0;
};

}  // namespace shopkeeper::sidecar
