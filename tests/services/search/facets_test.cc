#include "services/search/facets.h"

#include <gmock/gmock.h>

namespace shopkeeper::search {
namespace {

using ::testing::ElementsAre;

class FacetsTest : public ::testing::Test {
 protected:
  FacetsTest() {
    columns_.add("Tavrin", "Laptops", "笔记本电脑", 500'000, 0);
    columns_.add("Tavrin", "Mice", "鼠标", 9'900, 0);
    columns_.add("Lumeqo", "Laptops", "笔记本电脑", 800'000, 0);
    columns_.add("Lumeqo", "Gifts", "", 0, 0);
    columns_.finish();
    for (DocId d = 1; d <= 4; ++d) all_.push_back({d, 1});
  }
  static std::string show(const std::vector<FacetValue>& values) {
    std::string out;
    for (const FacetValue& v : values) out += v.label + ":" + std::to_string(v.count) + " ";
    return out;
  }
  std::vector<DocId> docs() const {
    std::vector<DocId> out;
    for (const Match& m : all_) out.push_back(m.doc);
    return out;
  }
  Columns columns_;
  std::vector<Match> all_;
  SearchRequest request_;
};

TEST_F(FacetsTest, AFacetsOwnFilterHidesNoneOfItsValues) {
  request_.brands = {"Tavrin"};
  const Facets f = filterAndCount(columns_, request_, all_);
  EXPECT_THAT(docs(), ElementsAre(1, 2));
  EXPECT_EQ(show(f.brands), "Lumeqo:2 Tavrin:2 ");
  EXPECT_EQ(show(f.categories), "Laptops:1 Mice:1 ");
}

TEST_F(FacetsTest, SeveralValuesOfOneFacetAreAlternatives) {
  request_.categories = {"Mice", "笔记本电脑"};
  const Facets f = filterAndCount(columns_, request_, all_);
  EXPECT_THAT(docs(), ElementsAre(1, 2, 3));
  EXPECT_EQ(show(f.brands), "Tavrin:2 Lumeqo:1 ");
}

TEST_F(FacetsTest, CategoriesAreShownInTheLanguageAskedFor) {
  request_.language = Language::Chinese;
  const Facets f = filterAndCount(columns_, request_, all_);
  EXPECT_EQ(show(f.categories), "笔记本电脑:2 Gifts:1 鼠标:1 ");
  EXPECT_EQ(f.categories[0].value, "Laptops");
}

TEST_F(FacetsTest, AnUnknownPricePassesNoPriceFilter) {
  request_.maxCents = 10'000;
  filterAndCount(columns_, request_, all_);
  EXPECT_THAT(docs(), ElementsAre(2));
}

TEST_F(FacetsTest, AChosenValueStaysListedWithoutProducts) {
  request_.brands = {"Lumeqo"};
  request_.categories = {"Mice"};
  const Facets f = filterAndCount(columns_, request_, all_);
  EXPECT_TRUE(all_.empty());
  EXPECT_EQ(show(f.brands), "Tavrin:1 Lumeqo:0 ");
}

TEST_F(FacetsTest, ValuesThatDoNotExistFilterEverythingOut) {
  request_.brands = {"Nobody"};
  filterAndCount(columns_, request_, all_);
  EXPECT_TRUE(all_.empty());
}

TEST(PriceBuckets, CoverEveryPriceOnceWithRoundEnds) {
  std::vector<std::int64_t> cents;
  for (int i = 1; i <= 500; ++i) cents.push_back(i * i * 37);
  const auto buckets = priceBuckets(cents);
  ASSERT_GT(buckets.size(), 2u);
  ASSERT_LE(buckets.size(), kMostPriceBuckets);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    sum += buckets[i].count;
    if (i > 0) {
      EXPECT_EQ(buckets[i].from, buckets[i - 1].to + 1);
      EXPECT_EQ(buckets[i].from % 100, 0);
    }
  }
  EXPECT_EQ(sum, cents.size());
}

TEST(PriceBuckets, OfOnePriceAreOne) {
  ASSERT_EQ(priceBuckets({500, 500, 500}).size(), 1u);
  EXPECT_EQ(priceBuckets({500, 500, 500})[0].count, 3u);
  EXPECT_TRUE(priceBuckets({}).empty());
  EXPECT_TRUE(priceBuckets({0, 0}).empty());
}

}  // namespace
}  // namespace shopkeeper::search
