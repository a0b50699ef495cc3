#include "sidecar/backup/repository/go_text.h"

#include <gtest/gtest.h>

#include "sidecar/backup/repository/json_reader.h"
#include "sidecar/backup/repository/utf8.h"

namespace shopkeeper::backup {
namespace {

using namespace std::string_literals;

std::string json(std::string_view text) {
  std::string out;
  appendJsonString(out, text);
  return out;
}

// Expectations are what Go's strconv.Quote gives, without its outer quotes.
TEST(QuoteName, WritesWhatGoWrites) {
  struct Case {
    std::string name, quoted;
  };
  const Case cases[] = {
      {"plain.txt", "plain.txt"},
      {"a \"quoted\" \\ name", R"(a \"quoted\" \\ name)"},
      {"it's", "it's"},
      {"<&>", "<&>"},
      {"\a\b\f\n\r\t\v", R"(\a\b\f\n\r\t\v)"},
      {"\x01\x1f\x7f", R"(\x01\x1f\x7f)"},
      {"日本語 Ünïcode ☺ 😀", "日本語 Ünïcode ☺ 😀"},
      {"bad \xff\xfe utf", R"(bad \xff\xfe utf)"},
      {"cut \xe6\x97", R"(cut \xe6\x97)"},
      {"\u00a0\u00ad\u200b\ufeff", R"(\u00a0\u00ad\u200b\ufeff)"},
      {"\U000f0000", R"(\U000f0000)"},
  };
  for (const auto& [name, quoted] : cases) {
    EXPECT_EQ(quoteName(name), quoted);
    EXPECT_EQ(unquoteName(quoted), name);
  }
}

TEST(QuoteName, EveryByteComesBack) {
  for (int first = 1; first < 256; ++first) {
    for (int second = 1; second < 256; ++second) {
      const std::string name = {static_cast<char>(first), static_cast<char>(second)};
      ASSERT_EQ(unquoteName(quoteName(name)), name) << first << ' ' << second;
      ASSERT_TRUE(validUtf8(quoteName(name)));
    }
  }
}

TEST(UnquoteName, ReadsOtherSpellingsAndRefusesBrokenOnes) {
  EXPECT_EQ(unquoteName(R"(\101\u0041\U00000041\x41)"), "AAAA");
  for (const char* broken :
       {"\\", "\\q", "\\x4", "\\u00g0", "\\ud800", "\\U00110000", "\\400", "a\"b", "a\nb"}) {
    EXPECT_EQ(unquoteName(broken), std::nullopt) << broken;
  }
}

// Expectations are what Go's encoding/json gives.
TEST(JsonString, WritesWhatGoWrites) {
  EXPECT_EQ(json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json("<a&b>"), R"("\u003ca\u0026b\u003e")");
  EXPECT_EQ(json("\n\r\t\x01"), R"("\n\r\t\u0001")");
  EXPECT_EQ(json("\u2028ü"), "\"\\u2028ü\"");
  EXPECT_EQ(json("\xff!"), R"("\ufffd!")");
}

TEST(Time, IsWrittenAndReadToTheNanosecond) {
  const auto text = [](Timestamp time) {
    std::string out;
    appendTime(out, time);
    return out;
  };
  EXPECT_EQ(text({0, 0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text({1419252467, 912418701}), "2014-12-22T12:47:47.912418701Z");
  EXPECT_EQ(text({-1, 500000000}), "1969-12-31T23:59:59.5Z");
  EXPECT_EQ(text({951782400, 0}), "2000-02-29T00:00:00Z");
  EXPECT_EQ(text({INT64_MIN, 0}), "0000-01-01T00:00:00Z");
  EXPECT_EQ(text({INT64_MAX, 0}), "9999-12-31T23:59:59.999999999Z");
  for (const Timestamp time : {Timestamp{0, 1}, {-62135596800, 0}, {4102444800, 120000000}}) {
    EXPECT_EQ(parseTime(text(time)), time);
  }
  EXPECT_EQ(parseTime("2014-12-22T14:47:59.912418701+01:00"), (Timestamp{1419256079, 912418701}));
  EXPECT_EQ(parseTime("2014-12-22T08:17:59-05:30"), (Timestamp{1419256079, 0}));
  for (const char* broken : {"", "2014-12-22", "2014-12-22T14:47:59", "2014-13-22T14:47:59Z",
                             "2014-12-22T14:47:59.Z", "2014-12-22T14:47:59Zx"}) {
    EXPECT_EQ(parseTime(broken), std::nullopt) << broken;
  }
}

// RFC 4648, section 10.
TEST(Base64, FollowsItsTestVectors) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"},
                                                         {"\xff\x00\xfe"s, "/wD+"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(toBase64(bytes), text);
    EXPECT_EQ(fromBase64(text), bytes);
  }
  EXPECT_EQ(fromBase64("Zg="), std::nullopt);
  EXPECT_EQ(fromBase64("Z!=="), std::nullopt);
  EXPECT_EQ(fromBase64("Zg==Zg=="), std::nullopt);
}

TEST(JsonReader, ReadsAndSkips) {
  JsonReader json(
      R"( {"a": "x\u00e9\ud83d\ude00\/\n", "skip": [1, -2.5e3, {"b": [true, null, {}]}, []],
                       "n": 18446744073709551615, "t": true, "z": null, "list": ["1", "2"]} )");
  std::string text;
  std::vector<std::string> list;
  bool truth = false, null = false;
  std::uint64_t number = 0;
  json.beginObject();
  for (std::string_view key; json.nextKey(key);) {
    if (key == "a")
      text = json.string();
    else if (key == "n")
      number = json.number();
    else if (key == "t")
      truth = json.boolean();
    else if (key == "z")
      null = json.null();
    else if (key == "list") {
      json.beginArray();
      while (json.nextElement()) list.emplace_back(json.string());
    } else {
      EXPECT_EQ(key, "skip");
      json.skip();
    }
  }
  EXPECT_TRUE(json.atEnd());
  EXPECT_EQ(text, "xé😀/\n");
  EXPECT_EQ(number, UINT64_MAX);
  EXPECT_TRUE(truth);
  EXPECT_TRUE(null);
  EXPECT_EQ(list, (std::vector<std::string>{"1", "2"}));
}

TEST(JsonReader, FailsOnEverythingThatIsNoJson) {
  const std::string deep(100, '[');
  for (const std::string& broken :
       {""s, "{"s, "{\"a\""s, "{\"a\":}"s, "{\"a\":1,}"s, "{\"a\":1 \"b\":2}"s, "{\"a\":tru}"s,
        "{\"a\":\"\\x\"}"s, "{\"a\":\"\n\"}"s, "{\"a\":\"\\ud800\\u0041\"}"s, "{,}"s,
        "{\"a\":[1,]}"s, "{\"a\":" + deep, "{\"a\":1}}"s, "{\"a\":[}]}"s}) {
    JsonReader json(broken);
    json.beginObject();
    for (std::string_view key; json.nextKey(key);) json.skip();
    EXPECT_FALSE(json.atEnd()) << broken;
  }
}

}  // namespace
}  // namespace shopkeeper::backup
