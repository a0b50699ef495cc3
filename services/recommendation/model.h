// What was learned: for each product the products that go with it, for each user what he did.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "services/catalog/follower.h"

namespace shopkeeper::recommendation {

enum class Reason { BoughtTogether, ViewedTogether, Related, SameCategory, Popular, ForYou };

// As in the API: "bought-together".
std::string_view toString(Reason reason);

// Products by their number in the catalogue snapshot that the model was trained with.
using ProductNumber = std::uint32_t;

struct Neighbour {
  ProductNumber product = 0;
  float score = 0;
  Reason reason = Reason::ViewedTogether;
};

// What a user did last with a product; the newest first in UserHistory.
struct Touch {
  ProductNumber product = 0;
  float weight = 0;  // by kind of event and age, 0..1
  bool bought = false;
};
using UserHistory = std::vector<Touch>;

// Immutable and thread-safe once trained. Lists are ordered by score, ties by product id.
struct Model {
  std::shared_ptr<const catalog::Snapshot> catalogue;
  std::unordered_map<std::string, ProductNumber> numbers;
  std::vector<std::vector<Neighbour>> neighbours;  // by product
  std::vector<float> popularity;                   // by product, 0..1
  std::vector<ProductNumber> byPopularity;
  std::unordered_map<std::string, std::vector<ProductNumber>> byCategory;  // by popularity
  std::unordered_map<std::string, UserHistory> users;
  std::size_t eventsUsed = 0;
  std::size_t eventsCapped = 0;  // left out because one user sent too many
};

}  // namespace shopkeeper::recommendation
