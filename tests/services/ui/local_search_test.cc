#include "services/ui/domain/local_search.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/services/ui/shop.h"

namespace shopkeeper::ui {
namespace {

class Local : public ::testing::Test {
 protected:
  std::vector<std::string> ids(const SearchQuery& query) {
    std::vector<std::string> list;
    const auto found = catalog_.search(query);
    for (const auto& hit : found["hits"]) list.push_back(hit["id"]);
    return list;
  }
  LocalCatalog catalog_{testing::smallShop()};
};

TEST_F(Local, FindsByWordsInBothLanguages) {
  SearchQuery query;
  query.text = "Laptop light";
  EXPECT_EQ(ids(query), std::vector<std::string>{"lap-1"});
  query.text = "笔记本";
  EXPECT_EQ(ids(query), (std::vector<std::string>{"lap-2", "lap-1"}));  // by popularity
  query.text = "zebra";
  EXPECT_TRUE(ids(query).empty());
}

TEST_F(Local, FiltersSortsAndPages) {
  SearchQuery query;
  query.sort = Sort::PriceAscending;
  EXPECT_EQ(ids(query), (std::vector<std::string>{"bag-1", "lap-1", "lap-2"}));
  query.minPrice = 1000;
  query.limit = 1;
  query.offset = 1;
  EXPECT_EQ(ids(query), std::vector<std::string>{"lap-2"});
  EXPECT_EQ(catalog_.search(query)["total"], 2);
  query = {};
  query.categories = {"Laptops"};
  query.brands = {"Iskardo"};
  EXPECT_EQ(ids(query), std::vector<std::string>{"lap-2"});
}

TEST_F(Local, AFacetsOwnChoiceDoesNotHideItsOtherValues) {
  SearchQuery query;
  query.categories = {"Laptops"};
  const auto facets = catalog_.search(query)["facets"];
  EXPECT_EQ(facets["category"].size(), 2u);
  EXPECT_EQ(facets["brand"].size(), 2u);
}

TEST_F(Local, SaysThatItIsDegraded) {
  const auto answer = catalog_.search({});
  EXPECT_TRUE(answer["stale"]);
  EXPECT_TRUE(answer["degraded"]);
}

TEST_F(Local, RecommendsRelatedThenSameCategoryNeverItself) {
  const auto items = catalog_.recommend("lap-1", 5)["items"];
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0]["id"], "bag-1");
  EXPECT_EQ(items[0]["reason"], "related");
  EXPECT_EQ(items[1]["id"], "lap-2");
  EXPECT_EQ(items[1]["reason"], "same-category");
  EXPECT_EQ(catalog_.recommend("nobody", 2)["items"][0]["reason"], "popular");
}

}  // namespace
}  // namespace shopkeeper::ui
