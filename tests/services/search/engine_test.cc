#include "services/search/engine.h"

#include <gmock/gmock.h>

#include "services/search/render.h"
#include "tests/services/search/shop.h"

namespace shopkeeper::search {
namespace {

using ::testing::AllOf;
using testing::asking;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::idsOf;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class EngineTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new testing::TemporaryDirectory;
    index_ = testing::indexOf(testing::shop(), *directory_);
  }
  static void TearDownTestSuite() {
    index_.reset();
    delete directory_;
  }
  SearchResult search(const SearchRequest& request) const {
    Result<SearchResult> result = engine_.search(*index_, request);
    EXPECT_TRUE(result) << result.error().message();
    return result ? *result : SearchResult{};
  }
  std::vector<std::string> ids(const std::string& query,
                               Language language = Language::English) const {
    return idsOf(search(asking(query, language)));
  }
  std::string first(const std::string& query, Language language = Language::English) const {
    const auto found = ids(query, language);
    return found.empty() ? "nothing" : found.front();
  }

  static inline testing::TemporaryDirectory* directory_ = nullptr;
  static inline std::shared_ptr<Index> index_;
  const Engine engine_{Ranking{}, Synonyms::builtin()};
};

TEST_F(EngineTest, FindsWordsByStem) {
  EXPECT_THAT(ids("headphone"), UnorderedElementsAre("hea-1", "hea-2"));
  EXPECT_EQ(first("games laptops"), "lap-2");
}

TEST_F(EngineTest, FindsChineseInWhicheverLanguageIsPreferred) {
  EXPECT_EQ(first("机械键盘", Language::Chinese), "key-1");
  EXPECT_EQ(first("机械键盘", Language::English), "key-1");
  EXPECT_THAT(ids("显示器", Language::Chinese), Contains("mon-1"));
  EXPECT_EQ(first("适合跑步的耳机", Language::Chinese), "hea-2");
}

TEST_F(EngineTest, EnglishIsFoundWhenChineseIsPreferred) {
  EXPECT_EQ(first("mechanical keyboard", Language::Chinese), "key-1");
}

TEST_F(EngineTest, BrandAndCategoryTogetherComeFirst) {
  EXPECT_EQ(first("tavrin laptop"), "lap-1");
  EXPECT_EQ(first("lumeqo laptops"), "lap-2");
  EXPECT_EQ(first("鹿觅 笔记本电脑", Language::Chinese), "lap-2");
}

TEST_F(EngineTest, ModelNumbersAreExact) {
  for (const char* query : {"A7-310", "a7310", "a7 310", "tavrin a7-310"}) {
    EXPECT_EQ(first(query), "lap-1") << query;
  }
  EXPECT_EQ(first("A7-320"), "lap-3");
  EXPECT_EQ(first("lap-3"), "lap-3") << "an id is found whole";
  EXPECT_EQ(first("4k usb c"), "mon-1");
}

TEST_F(EngineTest, QuantitiesMatchInAnySpelling) {
  EXPECT_EQ(first("17.3\" laptop"), "lap-2");
  EXPECT_EQ(first("32gb laptop"), "lap-2");
  EXPECT_EQ(first("13.3英寸笔记本", Language::Chinese), "lap-3");
  EXPECT_EQ(first("20000mah"), "pow-1");
}

TEST_F(EngineTest, SynonymsFindTheSameGoods) {
  EXPECT_THAT(ids("notebook computer"), Contains("lap-1"));
  EXPECT_EQ(first("充电宝", Language::Chinese), "pow-1");
  EXPECT_EQ(first("portable charger"), "pow-1");
}

TEST_F(EngineTest, FoldsDiacriticsAndWidth) {
  EXPECT_EQ(first("cafe phone"), "pho-1");
  EXPECT_EQ(first("ｍｏｎｉｔｏｒ"), "mon-1");
}

TEST_F(EngineTest, AMisspeltQueryIsAnsweredAndSaysSo) {
  const SearchResult r = search(asking("mechanicel keybord"));
  EXPECT_EQ(r.suggestion, "mechanical keyboard");
  EXPECT_TRUE(r.corrected);
  EXPECT_EQ(idsOf(r).front(), "key-1");
}

TEST_F(EngineTest, AGoodQueryGetsNoSuggestion) {
  EXPECT_EQ(search(asking("mechanical keyboard")).suggestion, "");
  EXPECT_EQ(search(asking("headphones")).suggestion, "");
}

TEST_F(EngineTest, RelaxesWhenNoProductHasAllWords) {
  EXPECT_THAT(ids("tavrin keyboard submarine"), Contains("key-1"));
  EXPECT_EQ(first("tavrin keyboard submarine"), "key-1");
}

TEST_F(EngineTest, AQuestionInASentenceFindsTheCategoryItNames) {
  EXPECT_EQ(first("phone for someone who travels a lot and needs power"), "pho-1");
  EXPECT_EQ(first("给旅行的人充电用的手机", Language::Chinese), "pho-1");
}

TEST_F(EngineTest, NonsenseFindsNothing) {
  const SearchResult r = search(asking("qqqqzzzz xxxyyyzzz"));
  EXPECT_EQ(r.total, 0u);
  EXPECT_THAT(r.hits, IsEmpty());
  EXPECT_EQ(search(asking("???")).total, 0u);
  EXPECT_EQ(search(asking("龘靐", Language::Chinese)).total, 0u);
}

TEST_F(EngineTest, AnEmptyQueryBrowsesByPopularity) {
  const SearchResult r = search(asking(""));
  EXPECT_EQ(r.total, 11u);
  EXPECT_EQ(idsOf(r).front(), "hea-1");
  EXPECT_EQ(idsOf(r).back(), "unp-1");
  EXPECT_EQ(search(asking("  ")).total, 11u);
}

TEST_F(EngineTest, FiltersByBrandCategoryAndPrice) {
  SearchRequest request = asking("");
  request.brands = {"Tavrin"};
  request.categories = {"Laptops", "Phones"};
  request.minCents = 300'000;
  request.maxCents = 599'900;
  EXPECT_THAT(ids(""), Contains("key-1"));
  EXPECT_THAT(idsOf(search(request)), UnorderedElementsAre("lap-1", "pho-1"));
  request.maxCents = 599'899;
  EXPECT_THAT(idsOf(search(request)), ElementsAre("pho-1"));
}

TEST_F(EngineTest, FacetsIgnoreTheirOwnFilterOnly) {
  SearchRequest request = asking("laptop");
  const SearchResult before = search(request);
  request.brands = {"Tavrin"};
  const SearchResult after = search(request);
  EXPECT_LT(after.total, before.total);
  EXPECT_EQ(after.facets.brands.size(), before.facets.brands.size());
  std::uint64_t counted = 0;
  for (const FacetValue& v : after.facets.categories) counted += v.count;
  EXPECT_EQ(counted, after.total);
}

TEST_F(EngineTest, ABucketUsedAsFilterGivesItsCount) {
  SearchRequest request = asking("");
  for (const PriceBucket& bucket : search(request).facets.prices) {
    request.minCents = bucket.from;
    request.maxCents = bucket.to;
    EXPECT_EQ(search(request).total, bucket.count) << bucket.from;
  }
}

TEST_F(EngineTest, SortsByPriceWithUnknownPricesLast) {
  SearchRequest request = asking("tavrin");
  request.sort = Sort::PriceAscending;
  EXPECT_THAT(idsOf(search(request)), ElementsAre("hea-2", "key-1", "pho-1", "lap-1", "unp-1"));
  request.sort = Sort::PriceDescending;
  const SearchResult down = search(request);
  EXPECT_THAT(idsOf(down), ElementsAre("lap-1", "pho-1", "key-1", "hea-2", "unp-1"));
  EXPECT_GT(down.hits[0].score, 0);
}

TEST_F(EngineTest, PagesJoinWithoutGapOrRepeat) {
  for (const Sort sort : {Sort::Relevance, Sort::PriceAscending}) {
    for (const char* query : {"", "laptop usb", "tavrin lumeqo"}) {
      SearchRequest request = asking(query);
      request.sort = sort;
      const SearchResult whole = search(request);
      std::vector<std::string> joined;
      request.limit = 2;
      for (; request.offset < whole.total; request.offset += 2) {
        for (const std::string& id : idsOf(search(request))) joined.push_back(id);
      }
      EXPECT_EQ(joined, idsOf(whole)) << query;
      request.offset = 10'000;
      EXPECT_THAT(search(request).hits, IsEmpty());
    }
  }
}

TEST_F(EngineTest, EqualProductsAreOrderedById) {
  testing::TemporaryDirectory directory;
  catalog::Snapshot twins;
  twins.version = "twins";
  for (const char* id : {"t-1", "t-2", "t-3", "t-4"}) {
    twins.products.push_back(testing::product(id, "Same Thing", "Brand", "Things", 5));
  }
  const auto index = testing::indexOf(twins, directory);
  const auto result = engine_.search(*index, asking("same thing"));
  ASSERT_TRUE(result);
  EXPECT_THAT(idsOf(*result), ElementsAre("t-1", "t-2", "t-3", "t-4"));
}

TEST_F(EngineTest, SnippetsAreInTheLanguageAskedForAndSafe) {
  EXPECT_EQ(search(asking("photos at night")).hits[0].snippet,
            "Good <mark>photos</mark> at <mark>night</mark> &lt;b&gt;bold&lt;/b&gt; &amp; "
            "&quot;quoted&quot;.");
  EXPECT_EQ(search(asking("夜景拍照", Language::Chinese)).hits[0].snippet,
            "<mark>夜景拍照</mark>&lt;清晰&gt;。");
}

TEST_F(EngineTest, OperatorsOfQueryLanguagesAreJustWords) {
  for (const char* query : {"laptop AND", "NOT laptop", "\"laptop", "laptop*", "(laptop", "+laptop",
                            "title:laptop", "laptop ^9", "laptop NEAR/2 mouse", "E:laptop"}) {
    EXPECT_TRUE(engine_.search(*index_, asking(query))) << query;
    EXPECT_THAT(ids(query), Contains("lap-1")) << query;
  }
}

TEST_F(EngineTest, AnEmptyCatalogueIsSearchable) {
  testing::TemporaryDirectory directory;
  catalog::Snapshot none;
  none.version = "none";
  const auto index = testing::indexOf(none, directory);
  for (const char* query : {"", "laptop", "笔记本"}) {
    const auto result = engine_.search(*index, asking(query));
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(result->total, 0u);
  }
}

TEST_F(EngineTest, RendersWhatTheContractSays) {
  const std::string json = renderJson(search(asking("lumeqo monitor")), true);
  for (const char* part :
       {"\"total\":", "\"hits\":[{", "\"title_zh\":", "\"category_zh\":", "\"facets\":{",
        "\"brand\":[{", "\"price\":[{", "\"from\":", "\"to\":", "\"suggestion\":null",
        "\"version\":\"v1\"", "\"stale\":true"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << " in " << json;
  }
}

}  // namespace
}  // namespace shopkeeper::search
