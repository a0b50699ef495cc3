#include "services/catalog/importer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/catalog/rows.h"
#include "tests/services/catalog/collecting_sink.h"
#include "tests/services/catalog/gzip.h"

namespace shopkeeper::catalog {
namespace {

using testing::CollectingSink;

// Gives one byte at a time: no parser may depend on where pieces end.
class Dribble final : public ByteSource {
 public:
  explicit Dribble(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    if (size == 0 || at_ == text_.size()) return std::size_t{0};
    *buffer = text_[at_++];
    return std::size_t{1};
  }

 private:
  const std::string text_;
  std::size_t at_ = 0;
};

Result<ReadReport> read(const std::string& text, CollectingSink& sink,
                        const FieldMap* map = nullptr, const ReadLimits& limits = {}) {
  return readCatalogue(std::make_unique<Dribble>(text), map, limits, {}, sink);
}

TEST(ImporterTest, ReadsJsonLines) {
  CollectingSink sink;
  const auto report = read(
      "{\"kind\":\"product\",\"id\":\"p1\",\"title\":\"One\"}\r\n\n"
      "{\"id\":\"p2\",\"title\":\"Two\"}\n"
      "{\"kind\":\"answer\",\"id\":\"a1\",\"question\":\"q\",\"answer\":\"a\"}\n"
      "{\"kind\":\"event\",\"id\":\"e1\",\"type\":\"cart\",\"user\":\"u\",\"product\":\"p1\","
      "\"at\":\"2026-07-01T00:00:00Z\"}",
      sink);
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_TRUE(report->problems.empty());
  EXPECT_EQ(report->products, 2u);
  EXPECT_EQ(report->answers, 1u);
  ASSERT_EQ(sink.events.size(), 1u);
  EXPECT_EQ(sink.events[0].type, EventType::Cart);
}

TEST(ImporterTest, ReadsCsvWithQuotedNewlinesQuotesAndByteOrderMark) {
  CollectingSink sink;
  const auto report = read(
      "\xEF\xBB\xBFkind,id,title,description,price,attributes.weight,alternatives,question,"
      "answer\r\n"
      "product,p1,\"Say \"\"hi\"\"\",\"two\r\nlines, one field\",19.90,490 g,,,\r\n"
      "answer,a1,,,,,how | when ||why,q,a\r\n",
      sink);
  ASSERT_TRUE(report) << report.error().message();
  ASSERT_TRUE(report->problems.empty()) << report->problems[0].message;
  ASSERT_EQ(sink.products.size(), 1u);
  EXPECT_EQ(sink.products[0].title, "Say \"hi\"");
  EXPECT_EQ(sink.products[0].description, "two\r\nlines, one field");
  EXPECT_DOUBLE_EQ(sink.products[0].price, 19.90);
  EXPECT_EQ(sink.products[0].attributes.at("weight"), "490 g");
  ASSERT_EQ(sink.answers.size(), 1u);
  EXPECT_EQ(sink.answers[0].alternatives, (std::vector<std::string>{"how", "when", "why"}));
}

TEST(ImporterTest, AQuoteInsideAnUnquotedFieldStandsForItself) {
  CollectingSink sink;
  const auto report = read("id,title\np1,27\" monitor\n", sink);
  ASSERT_TRUE(report && report->problems.empty());
  EXPECT_EQ(sink.products.at(0).title, "27\" monitor");
}

TEST(ImporterTest, ReadsAJsonArrayAndGzipOfSeveralMembers) {
  CollectingSink sink;
  const auto report = read(testing::gzip(" [ {\"id\":\"p1\",\"title\":\"a]},[\\\"\"} ,\n") +
                               testing::gzip("{\"id\":\"p2\",\"title\":\"b\"}\n]\n"),
                           sink);
  ASSERT_TRUE(report) << report.error().message();
  ASSERT_TRUE(report->problems.empty()) << report->problems[0].message;
  ASSERT_EQ(sink.products.size(), 2u);
  EXPECT_EQ(sink.products[0].title, "a]},[\"");
}

TEST(ImporterTest, AnEmptyArrayAndAnEmptyFileHoldNothing) {
  for (const char* text : {"", " \n", "[]", "[ ]\n", "{}"}) {
    CollectingSink sink;
    const auto report = read(text, sink);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->products, 0u);
    EXPECT_EQ(report->problems.size(), std::string(text) == "{}" ? 1u : 0u) << text;
  }
}

TEST(ImporterTest, ForeignFieldsAreMapped) {
  const auto map = FieldMap::parse(
      R"({"title":"title|name","brand":"supplier","price":{"field":"price","scale":0.01},
          "currency":{"value":"USD"},"attributes":["attr_t_*","ean"]})");
  ASSERT_TRUE(map) << map.error().message();
  CollectingSink sink;
  const auto report = read(
      R"([{"id":39,"name":"N","title":" ","supplier":"Xerox","price":1999,"attr_t_type":"Toner",
          "attr_n_x":6.0,"ean":["1","2"],"attributes":{"own":"kept"}}])",
      sink, &*map);
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->problems.empty()) << report->problems[0].message;
  const Product& product = sink.products.at(0);
  EXPECT_EQ(product.id, "39");
  EXPECT_EQ(product.title, "N");
  EXPECT_EQ(product.brand, "Xerox");
  EXPECT_DOUBLE_EQ(product.price, 19.99);
  EXPECT_EQ(product.currency, "USD");
  EXPECT_EQ(product.attributes, (std::map<std::string, std::string>{
                                    {"type", "Toner"}, {"ean", "1, 2"}, {"own", "kept"}}));
}

TEST(ImporterTest, BadMapsAreRefusedWithASentence) {
  for (const auto& [text, says] : std::vector<std::pair<const char*, const char*>>{
           {"[]", "not a JSON object"},
           {"{", "not a JSON object"},
           {R"({"colour":"x"})", "\"colour\" must be a field of ours"},
           {R"({"title":""})", "\"title\" must be a field name"},
           {R"({"title":7})", "\"title\" must be"},
           {R"({"price":{"field":"p","scale":0}})", "NUMBER > 0"},
           {R"({"price":{"field":"p","times":2}})", "\"price\" must be"},
           {R"({"attributes":[1]})", "\"attributes\" must be"}}) {
    const auto map = FieldMap::parse(text);
    ASSERT_FALSE(map) << text;
    EXPECT_NE(map.error().message().find(says), std::string::npos) << map.error().message();
  }
}

TEST(ImporterTest, StopsAtTheLimitOfProblems) {
  CollectingSink sink;
  std::string text;
  for (int i = 0; i < 150; ++i) text += "{\"id\":1}\n";
  const auto report = read(text, sink);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->problems.size(), 100u);
  EXPECT_TRUE(report->moreProblems);
}

TEST(ImporterTest, AFailingSinkEndsTheReading) {
  CollectingSink sink;
  sink.failEvents = true;
  const auto report = read(
      R"({"kind":"event","id":"e","type":"view","user":"u","product":"p","at":"2026-07-01T00:00:00Z"})",
      sink);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), ErrorCode::Unavailable);
}

TEST(ImporterTest, StopsWhenAsked) {
  CollectingSink sink;
  std::stop_source stop;
  stop.request_stop();
  const auto report = readCatalogue(std::make_unique<Dribble>("{\"id\":\"p\",\"title\":\"t\"}"),
                                    nullptr, {}, stop.get_token(), sink);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), ErrorCode::Cancelled);
}

struct Malformed {
  const char* name;
  std::string text;
  std::uint64_t row;
  const char* says;
};

class MalformedTest : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedTest, IsNamedByRowAndSentence) {
  const Malformed& bad = GetParam();
  CollectingSink sink;
  ReadLimits limits;
  limits.rows = 5;
  limits.bytes = 3u << 20;
  const auto report = readCatalogue(memorySource(bad.text), nullptr, limits, {}, sink);
  ASSERT_TRUE(report) << report.error().message();
  ASSERT_FALSE(report->problems.empty());
  EXPECT_EQ(report->problems[0].row, bad.row) << report->problems[0].message;
  EXPECT_NE(report->problems[0].message.find(bad.says), std::string::npos)
      << report->problems[0].message;
}

const std::string kGood = "{\"id\":\"p1\",\"title\":\"t\"}\n";
const std::string kLong(kMaxRowBytes, 'x');

std::string cut(std::string text, std::size_t bytes) { return text.substr(0, text.size() - bytes); }
std::string flipped(std::string text) {
  text[text.size() / 2] ^= 0x20;
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedTest,
    ::testing::Values(
        Malformed{"BrokenJson", kGood + "{\"id\":\"p2\",", 2, "not valid JSON"},
        Malformed{"NotAnObject", kGood + "7\n", 2, "not a JSON object"},
        Malformed{"UnknownKind", "{\"kind\":\"question\",\"id\":\"q\"}", 1,
                  "product, answer or event"},
        Malformed{"KindIsANumber", "{\"kind\":3,\"id\":\"q\"}", 1, "\"kind\" must be"},
        Malformed{"DuplicateId", kGood + "\n" + kGood, 3, "already taken by row 1"},
        Malformed{"LineTooLong", kGood + "{\"id\":\"" + kLong + "\"}\n" + kGood, 2, "longer than"},
        Malformed{"LastLineTooLong", kGood + "{\"id\":\"" + kLong, 2, "longer than"},
        Malformed{"NotUtf8", "{\"id\":\"p\",\"title\":\"\xFF\xFE\"}", 1, "not UTF-8"},
        Malformed{"Utf16", std::string("\xFF\xFE{\0", 4), 0, "save it as UTF-8"},
        Malformed{"TooManyRows",
                  "{\"id\":\"1\",\"title\":\"t\"}\n{\"id\":\"2\",\"title\":\"t\"}\n"
                  "{\"id\":\"3\",\"title\":\"t\"}\n{\"id\":\"4\",\"title\":\"t\"}\n"
                  "{\"id\":\"5\",\"title\":\"t\"}\n{\"id\":\"6\",\"title\":\"t\"}\n",
                  0, "more than 5 rows"},
        Malformed{"TooLargeUnpacked", testing::gzip(std::string(4u << 20, '\n')), 0,
                  "too much white space"},
        Malformed{"ZipBomb", testing::gzip(kGood + std::string(8u << 20, ' ')), 1,
                  "larger than 3145728 bytes"},
        Malformed{"GzipCutOff", cut(testing::gzip(kGood + "\n"), 9), 1, "ends too early"},
        Malformed{"GzipDamaged", flipped(testing::gzip(kGood)), 0, "damaged"},
        Malformed{"CsvWithoutHeader", "just some text\n", 1, "no CSV header"},
        Malformed{"CsvHeaderTwice", "id,title,id\np,t,q\n", 1, "\"id\" twice"},
        Malformed{"CsvHeaderUnnamed", "id,,title\n", 1, "without a name"},
        Malformed{"CsvTooFewFields", "id,title\np1\n", 2, "1 fields where the header has 2"},
        Malformed{"CsvTooManyFields", "id,title\np1,a,b\n", 2, "3 fields where the header has 2"},
        Malformed{"CsvOpenQuote", "id,title\np1,t\np2,\"open\n", 3, "quoted field does not end"},
        Malformed{"CsvAfterQuote", "id,title\np1,\"a\"b\n", 2, "follows the closing quote"},
        Malformed{"CsvLongRecord", "id,title\np1," + kLong + "\n", 2, "longer than"},
        Malformed{"CsvNotUtf8", "id,title\np1,\xC3\x28\n", 2, "must be UTF-8"},
        Malformed{"CsvPriceIsNoNumber", "id,title,price\np1,t,12 EUR\n", 2,
                  "\"price\" must be a number"},
        Malformed{"CsvNoId", "sku,title\np1,t\n", 2, "\"id\" must be present"},
        Malformed{"ArrayCutOff", "[{\"id\":\"p\",\"title\":\"t\"}", 1, "ends too early"},
        Malformed{"ArrayCutInElement", "[{\"id\":\"p\",\"tit", 1, "ends too early"},
        Malformed{"ArrayTrailing", "[{\"id\":\"p\",\"title\":\"t\"}] x", 1,
                  "follows the JSON array's end"},
        Malformed{"ArrayBadElement", "[{\"id\":\"p\",\"title\":\"t\"},{bad}]", 2,
                  "element is not valid JSON"},
        Malformed{"ArrayTrailingComma", "[{\"id\":\"p\",\"title\":\"t\"},]", 2, "not valid JSON"},
        Malformed{"ArrayOfNumbers", "[1,2]", 1, "not a JSON object"},
        Malformed{"ArrayLongElement", "[{\"id\":\"" + kLong + "\"}]", 1, "longer than"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace shopkeeper::catalog
