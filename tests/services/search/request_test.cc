#include "services/search/request.h"

#include <gmock/gmock.h>

#include "common/http/message.h"

namespace shopkeeper::search {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SearchRequest, ReadsEveryParameter) {
  const auto r = parseSearchRequest(
      "q=wireless+mouse&lang=zh&brand=A&brand=B%26C&category=Mice&min_price=9.5&max_price=100"
      "&sort=price_desc&offset=20&limit=100");
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(r->query, "wireless mouse");
  EXPECT_EQ(r->language, Language::Chinese);
  EXPECT_THAT(r->brands, ElementsAre("A", "B&C"));
  EXPECT_THAT(r->categories, ElementsAre("Mice"));
  EXPECT_EQ(r->minCents, 950);
  EXPECT_EQ(r->maxCents, 10'000);
  EXPECT_EQ(r->sort, Sort::PriceDescending);
  EXPECT_EQ(r->offset, 20u);
  EXPECT_EQ(r->limit, 100u);
}

TEST(SearchRequest, HasDefaultsAndIgnoresEmptyFieldsOfForms) {
  const auto r = parseSearchRequest("q=&brand=&min_price=&sort=&limit=&utm=x&&");
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(r->limit, 20u);
  EXPECT_TRUE(r->brands.empty());
  EXPECT_FALSE(r->minCents);
}

TEST(SearchRequest, PrefersTheLanguageOfTheQuery) {
  EXPECT_EQ(parseSearchRequest("q=%E8%BD%BB%E8%96%84")->language, Language::Chinese);
  EXPECT_EQ(parseSearchRequest("q=laptop")->language, Language::English);
  EXPECT_EQ(parseSearchRequest("q=%E8%BD%BB%E8%96%84&lang=en")->language, Language::English);
}

struct Wrong {
  std::string query, says;
};

class WrongSearchRequest : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongSearchRequest, GetsOneSentence) {
  const auto r = parseSearchRequest(GetParam().query);
  ASSERT_FALSE(r) << GetParam().query;
  EXPECT_EQ(r.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(r.error().message(), HasSubstr(GetParam().says));
  EXPECT_EQ(r.error().message().find('\n'), std::string::npos);
}

std::string repeated(const std::string& text, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += text + std::to_string(i);
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongSearchRequest,
    ::testing::Values(
        Wrong{"limit=0", "parameter limit: expected a whole number from 1 to 100"},
        Wrong{"limit=101", "from 1 to 100"}, Wrong{"limit=ten", "from 1 to 100"},
        Wrong{"limit=-1", "from 1 to 100"}, Wrong{"limit=1.5", "from 1 to 100"},
        Wrong{"limit=99999999999999999999", "from 1 to 100"},
        Wrong{"offset=10001", "parameter offset: expected a whole number from 0 to 10000"},
        Wrong{"offset=-1", "from 0 to 10000"},
        Wrong{"sort=cheap", "relevance, price_asc or price_desc"},
        Wrong{"lang=fr", "expected en or zh"},
        Wrong{"min_price=abc", "parameter min_price: expected a price"},
        Wrong{"min_price=-1", "expected a price"}, Wrong{"max_price=nan", "expected a price"},
        Wrong{"max_price=inf", "expected a price"}, Wrong{"max_price=1e99", "expected a price"},
        Wrong{"max_price=12x", "expected a price"},
        Wrong{"min_price=10&max_price=9", "must not be above max_price"},
        Wrong{"q=%FF%FE", "expected UTF-8"}, Wrong{"brand=%C0%AF", "expected UTF-8"},
        Wrong{"q=" + std::string(257, 'a'), "at most 256 characters"},
        Wrong{"brand=" + std::string(201, 'b'), "at most 200 characters"},
        Wrong{repeated("&brand=x", 51), "at most 50 values"}));

TEST(SearchRequest, CountsCharactersNotBytes) {
  std::string query = "q=";
  for (int i = 0; i < 256; ++i) query += "%E8%BD%BB";
  EXPECT_TRUE(parseSearchRequest(query));
  EXPECT_FALSE(parseSearchRequest(query + "%E8%BD%BB"));
}

}  // namespace
}  // namespace shopkeeper::search
