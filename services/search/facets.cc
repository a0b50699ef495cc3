#include "services/search/facets.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace shopkeeper::search {
namespace {

bool listed(const std::vector<std::string>& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// One facet of names: which ordinals its own filter admits, and how many products have each.
class NameFacet {
 public:
  NameFacet(const std::vector<std::string>& names, const std::vector<std::string>* otherNames,
            const std::vector<std::string>& wanted)
      : names_(names), labels_(otherNames), wanted_(wanted), counts_(names.size(), 0) {
    chosen_.resize(names.size(), false);
    for (std::size_t i = 0; i < names.size(); ++i) {
      chosen_[i] = listed(wanted, names[i]) ||
                   (otherNames && !(*otherNames)[i].empty() && listed(wanted, (*otherNames)[i]));
    }
  }

  bool admits(std::uint32_t ordinal) const { return wanted_.empty() || chosen_[ordinal]; }
  void count(std::uint32_t ordinal) { ++counts_[ordinal]; }

  std::vector<FacetValue> values(bool useLabels) const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (!names_[i].empty() && (counts_[i] > 0 || chosen_[i])) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return counts_[a] != counts_[b] ? counts_[a] > counts_[b] : names_[a] < names_[b];
    });
    std::vector<FacetValue> out;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
      const std::size_t i = order[rank];
      if (rank >= kMostFacetValues && !chosen_[i]) continue;
      const bool other = useLabels && labels_ && !(*labels_)[i].empty();
      out.push_back({names_[i], other ? (*labels_)[i] : names_[i], counts_[i]});
    }
    return out;
  }

 private:
  const std::vector<std::string>& names_;
  const std::vector<std::string>* labels_;
  const std::vector<std::string>& wanted_;
  std::vector<bool> chosen_;
  std::vector<std::uint64_t> counts_;
};

// The nearest of 1, 1.5, 2, 3, 5, 7 times a power of ten, in whole units of the currency.
std::int64_t roundPrice(double cents) {
  constexpr std::array kSteps{1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0};
  const double power = std::pow(10.0, std::max(2.0, std::floor(std::log10(std::max(cents, 1.0)))));
  double best = power;
  for (const double step : kSteps) {
    if (std::abs(step * power - cents) < std::abs(best - cents)) best = step * power;
  }
  return std::llround(best / 100) * 100;
}

}  // namespace

std::vector<PriceBucket> priceBuckets(std::vector<std::int64_t> cents) {
  std::erase_if(cents, [](std::int64_t c) { return c <= 0; });
  if (cents.empty()) return {};
  std::sort(cents.begin(), cents.end());
  std::vector<std::int64_t> starts{0};
  for (std::size_t i = 1; i < kMostPriceBuckets; ++i) {
    const std::int64_t cut =
        roundPrice(static_cast<double>(cents[cents.size() * i / kMostPriceBuckets]));
    if (cut > starts.back() && cut > cents.front() && cut <= cents.back()) starts.push_back(cut);
  }
  std::vector<PriceBucket> out;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::int64_t to = i + 1 < starts.size() ? starts[i + 1] - 1 : cents.back();
    const auto low = std::lower_bound(cents.begin(), cents.end(), starts[i]);
    const auto high = std::upper_bound(cents.begin(), cents.end(), to);
    if (high > low) out.push_back({starts[i], to, static_cast<std::uint64_t>(high - low)});
  }
  return out;
}

Facets filterAndCount(const Columns& columns, const SearchRequest& request,
                      std::vector<Match>& matches) {
  NameFacet brand(columns.brands(), nullptr, request.brands);
  NameFacet category(columns.categories(), &columns.categoriesZh(), request.categories);
  std::vector<std::int64_t> prices;
  std::vector<Match> kept;
  for (const Match& match : matches) {
    const std::uint32_t b = columns.brand(match.doc), c = columns.category(match.doc);
    const std::int64_t cents = columns.cents(match.doc);
    const bool brandPasses = brand.admits(b), categoryPasses = category.admits(c);
    // An unknown price passes no price filter.
    const bool pricePasses = (!request.minCents || (cents > 0 && cents >= *request.minCents)) &&
                             (!request.maxCents || (cents > 0 && cents <= *request.maxCents));
    if (categoryPasses && pricePasses) brand.count(b);
    if (brandPasses && pricePasses) category.count(c);
    if (brandPasses && categoryPasses) prices.push_back(cents);
    if (brandPasses && categoryPasses && pricePasses) kept.push_back(match);
  }
  matches = std::move(kept);
  return {brand.values(false), category.values(request.language == Language::Chinese),
          priceBuckets(std::move(prices))};
}

}  // namespace shopkeeper::search
