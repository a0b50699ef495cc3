// Finds the products a message names, and products that fit a description.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "services/catalog/model.h"
#include "services/dialogue/domain/price_range.h"
#include "services/dialogue/domain/sparse_index.h"

namespace shopkeeper::dialogue {

// A product name found in a message: one product where that is certain, a few where the same words
// name them all ("Juniper 3" of two brands).
struct Mention {
  std::vector<std::uint32_t> products;
  std::size_t begin = 0;  // first word of the name, counted in words of the message
  std::size_t end = 0;    // one past its last word
};

// Immutable; thread-safe. Products are numbered by their place in the vector, which must outlive
// the index.
class ProductIndex {
 public:
  explicit ProductIndex(const std::vector<catalog::Product>& products);

  // The products named in the message, in the order they are named; at most `limit`. A name needs
  // its proper part (the model: "Juniper 3", "A7-310", or the id); a brand or a kind of product
  // alone names nothing.
  std::vector<Mention> mentions(std::string_view message, std::size_t limit = 4) const;

  // The message without the words of its mentions.
  static std::string without(std::string_view message, const std::vector<Mention>& mentions);

  // Products whose text fits, best first. Holds products of the price range only.
  std::vector<std::uint32_t> find(std::string_view query, const PriceRange& range,
                                  std::size_t limit) const;

  // Share of the query's telling words that the product's texts hold, 0..1; 1 for an empty query.
  double coverage(std::string_view query, std::uint32_t product) const;

  const std::vector<catalog::Product>& products() const { return products_; }
  const catalog::Product& at(std::uint32_t product) const { return products_[product]; }
  // The number of a product id, or size() where it is unknown.
  std::uint32_t byId(const std::string& id) const;

 private:
  struct Place {
    std::uint32_t product;
    std::uint16_t position;  // in the product's name
  };
  void addName(std::uint32_t product, std::string_view title);

  const std::vector<catalog::Product>& products_;
  std::unordered_map<std::string, std::uint32_t> ids_;
  SparseIndex text_;
  std::vector<std::vector<std::string>> names_;  // product -> words of its titles and its id
  std::unordered_map<std::string, std::vector<Place>> places_;
  std::unordered_set<std::string> plain_;  // words that descriptions use: no proper names
};

}  // namespace shopkeeper::dialogue
