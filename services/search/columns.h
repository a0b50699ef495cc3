// The few fields of all products that filters, facets and sorting need, as plain arrays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shopkeeper::search {

// Document numbers are Xapian's docids: 1..size(), in order of product id.
using DocId = std::uint32_t;

// Immutable once filled; safe to read from all threads.
class Columns {
 public:
  // To be called once per document, in order of docid.
  void add(std::string_view brand, std::string_view category, std::string_view categoryZh,
           std::int64_t cents, float popularity);
  // Orders the documents by popularity; call after the last add().
  void finish();

  std::size_t size() const { return cents_.size(); }
  std::uint32_t brand(DocId doc) const { return brand_[doc - 1]; }
  std::uint32_t category(DocId doc) const { return category_[doc - 1]; }
  std::int64_t cents(DocId doc) const { return cents_[doc - 1]; }
  float popularity(DocId doc) const { return popularity_[doc - 1]; }

  // Ordinals index these.
  const std::vector<std::string>& brands() const { return brands_; }
  const std::vector<std::string>& categories() const { return categories_; }
  const std::vector<std::string>& categoriesZh() const { return categoriesZh_; }

  // All documents, the most popular first, ties by docid.
  const std::vector<DocId>& byPopularity() const { return byPopularity_; }

 private:
  std::vector<std::uint32_t> brand_, category_;
  std::vector<std::int64_t> cents_;
  std::vector<float> popularity_;
  std::vector<std::string> brands_, categories_, categoriesZh_;
  std::vector<DocId> byPopularity_;
  std::unordered_map<std::string, std::uint32_t> brandOrdinals_,
      categoryOrdinals_;  // while filling
};

}  // namespace shopkeeper::search
