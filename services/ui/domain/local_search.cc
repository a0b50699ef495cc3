#include "services/ui/domain/local_search.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace shopkeeper::ui {
namespace {

using nlohmann::json;

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

// Latin words as they are; runs of other characters (Han) as overlapping pairs.
std::vector<std::string> parts(const std::string& text) {
  std::vector<std::string> found;
  std::string word;
  std::vector<std::string> run;
  const auto end = [&] {
    if (!word.empty()) found.push_back(word);
    word.clear();
    if (run.size() == 1) found.push_back(run[0]);
    for (std::size_t i = 0; i + 1 < run.size(); ++i) found.push_back(run[i] + run[i + 1]);
    run.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      const bool inWord = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      if (!run.empty() || !inWord) end();
      if (inWord) word += text[i];
      ++i;
      continue;
    }
    if (!word.empty()) end();
    std::size_t length = 1;
    while (i + length < text.size() &&
           (static_cast<unsigned char>(text[i + length]) & 0xC0) == 0x80) {
      ++length;
    }
    run.push_back(text.substr(i, length));
    i += length;
  }
  end();
  return found;
}

bool chosen(const std::vector<std::string>& values, const std::string& one,
            const std::string& other = {}) {
  if (values.empty()) return true;
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return value == one || (!other.empty() && value == other);
  });
}

json counts(const std::map<std::string, int>& by, std::size_t limit) {
  std::vector<std::pair<std::string, int>> sorted(by.begin(), by.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (sorted.size() > limit) sorted.resize(limit);
  json list = json::array();
  for (const auto& [value, count] : sorted) list.push_back({{"value", value}, {"count", count}});
  return list;
}

}  // namespace

LocalCatalog::LocalCatalog(std::shared_ptr<const catalog::Snapshot> snapshot)
    : snapshot_(std::move(snapshot)) {
  const auto& products = snapshot_->products;
  for (std::size_t i = 0; i < products.size(); ++i) {
    const catalog::Product& product = products[i];
    ids_.emplace(product.id, i);
    titles_.push_back(lower(product.title + " \n " + product.titleZh));
    std::string text = titles_.back() + " \n " + product.brand + " " + product.category + " " +
                       product.categoryZh + " " + product.description + " " + product.descriptionZh;
    for (const auto& [name, value] : product.attributes) text += " " + name + " " + value;
    texts_.push_back(lower(std::move(text)));
    popular_.push_back(i);
  }
  std::stable_sort(popular_.begin(), popular_.end(), [&](std::size_t a, std::size_t b) {
    return products[a].popularity > products[b].popularity;
  });
}

const catalog::Product* LocalCatalog::product(const std::string& id) const {
  const auto at = ids_.find(id);
  return at == ids_.end() ? nullptr : &snapshot_->products[at->second];
}

json LocalCatalog::card(const catalog::Product& product) {
  return {
      {"id", product.id},       {"title", product.title},       {"title_zh", product.titleZh},
      {"brand", product.brand}, {"category", product.category}, {"category_zh", product.categoryZh},
      {"price", product.price}, {"currency", product.currency}};
}

json LocalCatalog::search(const SearchQuery& query) const {
  const auto wanted = parts(lower(query.text));
  struct Hit {
    std::size_t product;
    int score;
  };
  std::vector<Hit> hits;
  std::map<std::string, int> brands;
  std::map<std::string, int> categories;
  const bool chinese = query.lang == "zh";
  for (const std::size_t i : popular_) {
    const catalog::Product& product = snapshot_->products[i];
    int score = 0;
    const bool holds = std::all_of(wanted.begin(), wanted.end(), [&](const std::string& part) {
      if (titles_[i].find(part) != std::string::npos) {
        score += 3;
        return true;
      }
      score += 1;
      return texts_[i].find(part) != std::string::npos;
    });
    if (!holds) continue;
    const std::string& category = chinese ? product.categoryZh : product.category;
    const bool inBrand = chosen(query.brands, product.brand);
    const bool inCategory = chosen(query.categories, product.category, product.categoryZh);
    const bool inPrice = (!query.minPrice || product.price >= *query.minPrice) &&
                         (!query.maxPrice || product.price <= *query.maxPrice);
    // A facet's own choice does not hide its other values.
    if (inCategory && inPrice && !product.brand.empty()) ++brands[product.brand];
    if (inBrand && inPrice && !category.empty()) ++categories[category];
    if (inBrand && inCategory && inPrice) hits.push_back({i, score});
  }
  const auto priceOf = [&](const Hit& hit) { return snapshot_->products[hit.product].price; };
  std::stable_sort(hits.begin(), hits.end(), [&](const Hit& a, const Hit& b) {
    switch (query.sort) {
      case Sort::PriceAscending:
        return priceOf(a) < priceOf(b);
      case Sort::PriceDescending:
        return priceOf(a) > priceOf(b);
      case Sort::Relevance:
        return a.score > b.score;
    }
    return false;
  });
  json list = json::array();
  const auto first = std::min(hits.size(), static_cast<std::size_t>(query.offset));
  const auto last = std::min(hits.size(), first + static_cast<std::size_t>(query.limit));
  for (std::size_t i = first; i < last; ++i) {
    json hit = card(snapshot_->products[hits[i].product]);
    hit["score"] = hits[i].score;
    hit["snippet"] = "";
    list.push_back(std::move(hit));
  }
  return {{"total", hits.size()},
          {"hits", std::move(list)},
          {"facets",
           {{"brand", counts(brands, 20)},
            {"category", counts(categories, 40)},
            {"price", json::array()}}},
          {"suggestion", nullptr},
          {"version", snapshot_->version},
          {"stale", true},
          {"degraded", true}};
}

json LocalCatalog::recommend(const std::string& id, std::size_t limit) const {
  json items = json::array();
  std::vector<std::string> seen{id};
  const auto add = [&](const catalog::Product& product, const char* reason) {
    if (items.size() >= limit) return;
    if (std::find(seen.begin(), seen.end(), product.id) != seen.end()) return;
    seen.push_back(product.id);
    items.push_back({{"id", product.id}, {"score", product.popularity}, {"reason", reason}});
  };
  const catalog::Product* around = product(id);
  if (around != nullptr) {
    for (const std::string& related : around->related) {
      if (const catalog::Product* other = product(related)) add(*other, "related");
    }
    for (const std::size_t i : popular_) {
      const catalog::Product& other = snapshot_->products[i];
      if (other.category == around->category) add(other, "same-category");
    }
  } else {
    for (const std::size_t i : popular_) add(snapshot_->products[i], "popular");
  }
  return {{"items", std::move(items)},
          {"version", snapshot_->version},
          {"stale", true},
          {"degraded", true}};
}

}  // namespace shopkeeper::ui
