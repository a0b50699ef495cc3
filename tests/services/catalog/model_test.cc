#include "services/catalog/model.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace shopkeeper::catalog {
namespace {

using nlohmann::json;

TEST(ModelTest, ProductSurvivesTheRoundTrip) {
  Product product;
  product.id = "cam-0001";
  product.title = "Camera";
  product.titleZh = "相机";
  product.price = 1999.5;
  product.currency = "CNY";
  product.attributes = {{"weight", "490 g"}};
  product.related = {"len-0001"};
  product.popularity = 0.4;
  const auto parsed = parseProduct(toJson(product));
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(*parsed, product);
}

TEST(ModelTest, AnswerSurvivesTheRoundTrip) {
  Answer answer;
  answer.id = "ans-1";
  answer.questionZh = "可以退货吗？";
  answer.answerZh = "可以。";
  answer.alternativesZh = {"怎么退货"};
  const auto parsed = parseAnswer(toJson(answer));
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(*parsed, answer);
}

TEST(ModelTest, EventSurvivesTheRoundTrip) {
  Event event{7, "ev-1", EventType::Purchase, "u-1", "", "cam-0001", "2026-07-01T00:00:44Z"};
  const auto parsed = parseEvent(toJson(event));
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(*parsed, event);
}

TEST(ModelTest, EventTimesAreKeptInUtc) {
  const auto parsed = parseEvent({{"id", "e"},
                                  {"type", "view"},
                                  {"user", "u"},
                                  {"product", "p"},
                                  {"at", "2026-07-01T08:00:00+08:00"}});
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(parsed->at, "2026-07-01T00:00:00.000Z");
}

TEST(ModelTest, AttributeValuesMayBeNumbersAndBooleans) {
  const auto parsed =
      parseProduct({{"id", "p"}, {"title", "t"}, {"attributes", {{"usb", true}, {"width", 3.5}}}});
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(parsed->attributes.at("usb"), "true");
  EXPECT_EQ(parsed->attributes.at("width"), "3.5");
}

struct BadRecord {
  const char* kind;
  json fields;       // put over a good record; null removes
  const char* says;  // in the message
};

class BadRecordTest : public testing::TestWithParam<BadRecord> {};

TEST_P(BadRecordTest, IsRefusedWithFieldAndRemedy) {
  const BadRecord& bad = GetParam();
  const std::string kind = bad.kind;
  json record = kind == "product"  ? json{{"id", "p-1"}, {"title", "T"}}
                : kind == "answer" ? json{{"id", "a-1"}, {"question", "q"}, {"answer", "a"}}
                                   : json{{"id", "e-1"},
                                          {"type", "view"},
                                          {"user", "u"},
                                          {"product", "p-1"},
                                          {"at", "2026-07-01T00:00:00Z"}};
  if (bad.fields.is_object()) {
    for (const auto& [name, value] : bad.fields.items()) {
      value.is_null() ? void(record.erase(name)) : void(record[name] = value);
    }
  } else {
    record = bad.fields;
  }
  std::string message;
  if (kind == "product") {
    const auto parsed = parseProduct(record);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code(), ErrorCode::InvalidArgument);
    message = parsed.error().message();
  } else if (kind == "answer") {
    const auto parsed = parseAnswer(record);
    ASSERT_FALSE(parsed);
    message = parsed.error().message();
  } else {
    const auto parsed = parseEvent(record);
    ASSERT_FALSE(parsed);
    message = parsed.error().message();
  }
  EXPECT_NE(message.find(bad.says), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadRecordTest,
    testing::Values(
        BadRecord{"product", json::array(), "JSON object"},
        BadRecord{"product", {{"id", nullptr}}, "\"id\" must be present"},
        BadRecord{"product", {{"id", ""}}, "\"id\" must be 1 to 200 bytes"},
        BadRecord{"product", {{"id", 7}}, "\"id\" must be a string"},
        BadRecord{"product", {{"id", "a/b"}}, "without slashes"},
        BadRecord{"product", {{"id", ".."}}, "\"id\" must be"},
        BadRecord{"product", {{"id", " a"}}, "spaces around"},
        BadRecord{"product", {{"id", "a\nb"}}, "line ends"},
        BadRecord{"product", {{"id", std::string(201, 'x')}}, "at most 200 bytes, not 201"},
        BadRecord{"product", {{"title", nullptr}}, "\"title\" must be present"},
        BadRecord{"product", {{"title", std::string("a\x01")}}, "control characters"},
        BadRecord{"product", {{"title", "\xC3\x28"}}, "UTF-8"},
        BadRecord{"product", {{"title", std::string(1001, 'x')}}, "at most 1000 bytes"},
        BadRecord{"product", {{"price", -1}}, "\"price\" must be a number from 0"},
        BadRecord{"product", {{"price", "12"}}, "\"price\" must be a number"},
        BadRecord{"product", {{"currency", "eur"}}, "three capital letters"},
        BadRecord{"product", {{"currency", "EURO"}}, "at most 3 bytes"},
        BadRecord{"product", {{"popularity", 1.5}}, "from 0"},
        BadRecord{"product", {{"attributes", json::array()}}, "an object of at most 500"},
        BadRecord{"product", {{"attributes", {{"a", json::array()}}}}, "\"attributes.a\" must be"},
        BadRecord{"product", {{"attributes", {{"", "x"}}}}, "named in 1 to 300 bytes"},
        BadRecord{"product", {{"related", "x"}}, "a list of at most 200 ids"},
        BadRecord{"product", {{"related", {1}}}, "\"related\" must be a string"},
        BadRecord{"product", {{"kind", "answer"}}, "\"kind\" must be \"product\""},
        BadRecord{"answer", {{"answer", nullptr}}, "\"answer\" must be present"},
        BadRecord{"answer", {{"question", ""}}, "\"question\" must be present"},
        BadRecord{"answer", {{"alternatives", {"a", 1}}}, "\"alternatives\" must be a string"},
        BadRecord{"event", {{"type", "click"}}, "view, cart or purchase"},
        BadRecord{"event", {{"user", nullptr}}, "(or session)"},
        BadRecord{"event", {{"at", "yesterday"}}, "RFC 3339"},
        BadRecord{"event", {{"at", nullptr}}, "RFC 3339"},
        BadRecord{"event", {{"product", nullptr}}, "\"product\" must be present"},
        BadRecord{"event", {{"seq", -1}}, "a whole number, 0 or more"}));

}  // namespace
}  // namespace shopkeeper::catalog
