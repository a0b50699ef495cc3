#include "services/search/columns.h"

#include <algorithm>
#include <numeric>

namespace shopkeeper::search {
namespace {

std::uint32_t ordinalOf(std::unordered_map<std::string, std::uint32_t>& seen,
                        std::vector<std::string>& names, std::string_view name) {
  const auto [at, added] =
      seen.try_emplace(std::string(name), static_cast<std::uint32_t>(names.size()));
  if (added) names.emplace_back(name);
  return at->second;
}

}  // namespace

void Columns::add(std::string_view brand, std::string_view category, std::string_view categoryZh,
                  std::int64_t cents, float popularity) {
  brand_.push_back(ordinalOf(brandOrdinals_, brands_, brand));
  category_.push_back(ordinalOf(categoryOrdinals_, categories_, category));
  categoriesZh_.resize(categories_.size());
  if (categoriesZh_[category_.back()].empty()) categoriesZh_[category_.back()] = categoryZh;
  cents_.push_back(cents);
  popularity_.push_back(popularity);
}

void Columns::finish() {
  brandOrdinals_.clear();
  categoryOrdinals_.clear();
  byPopularity_.resize(size());
  std::iota(byPopularity_.begin(), byPopularity_.end(), DocId{1});
  std::stable_sort(byPopularity_.begin(), byPopularity_.end(),
                   [this](DocId a, DocId b) { return popularity(a) > popularity(b); });
}

}  // namespace shopkeeper::search
