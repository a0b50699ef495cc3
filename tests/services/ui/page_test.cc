#include "services/ui/server/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace shopkeeper::ui {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const char* const kHostile = "</script><script>alert(1)</script>\"'&<img onerror=x>";

TEST(Page, EscapesEverythingThatCouldBeMarkup) {
  EXPECT_EQ(escapeHtml("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST(Page, DataCannotEndItsElement) {
  const std::string data = jsonForScript({{"title", kHostile}});
  EXPECT_THAT(data, Not(HasSubstr("<")));
  EXPECT_EQ(json::parse(data)["title"], kHostile);
}

TEST(Page, ValuesAreNotTemplates) {
  const std::string page = renderPage("<p>{{query}}|{{content}}</p>",
                                      {"en", "/a/", "t", "{{content}} <b>", "secret", ""});
  EXPECT_EQ(page, "<p>{{content}} &lt;b&gt;|secret</p>");
}

TEST(Page, UnclosedPlaceholderStaysText) {
  EXPECT_EQ(renderPage("a {{ b", {"en", "", "", "", "", ""}), "a {{ b");
}

TEST(Page, ResultsEscapeCatalogueAndQuery) {
  const json answer = {
      {"total", 100},
      {"hits",
       {{{"id", "x\"><script>"}, {"title", kHostile}, {"price", 1}, {"currency", kHostile}}}},
      {"stale", true}};
  const std::string html = renderResults(answer, "en", kHostile, 0, 24);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, HasSubstr("may be out of date"));
  EXPECT_THAT(html, HasSubstr("offset=24"));
}

TEST(Page, ProductEscapesAttributes) {
  const std::string html = renderProduct({{"title", kHostile},
                                          {"description", kHostile},
                                          {"attributes", {{kHostile, kHostile}, {"n", 5}}}},
                                         "zh");
  EXPECT_THAT(html, Not(HasSubstr("<script")));
}

TEST(Page, OddlyTypedAnswersDoNotThrow) {
  EXPECT_NO_THROW(renderResults(json::parse(R"({"total":1,"hits":[5,{"id":7,"price":"x"},null]})"),
                                "en", "", 0, 24));
  EXPECT_NO_THROW(renderProduct(json::parse(R"({"title":1,"attributes":[1]})"), "en"));
}

}  // namespace
}  // namespace shopkeeper::ui
