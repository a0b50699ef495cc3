#include "common/http/message.h"

#include <gtest/gtest.h>

namespace shopkeeper::http {
namespace {

TEST(Headers, NamesCompareWithoutCase) {
  Headers headers{{"Content-Type", "text/plain"}, {"X-A", "1"}, {"x-a", "2"}};
  EXPECT_EQ(headers.get("content-type"), "text/plain");
  headers.set("X-a", "3");
  EXPECT_EQ(headers.get("X-A"), "3");
  EXPECT_EQ(headers.size(), 2u);
  headers.remove("CONTENT-TYPE");
  EXPECT_FALSE(headers.has("Content-Type"));
}

TEST(Request, SplitsPathAndQuery) {
  Request request;
  request.target = "/v1/search?q=a%20b+c&lang=zh&q=second&empty&odd=%zz";
  EXPECT_EQ(request.path(), "/v1/search");
  EXPECT_EQ(request.param("q"), "a b c");
  EXPECT_EQ(request.param("lang"), "zh");
  EXPECT_EQ(request.param("empty"), "");
  EXPECT_EQ(request.param("odd"), "%zz");
  EXPECT_EQ(request.param("none"), std::nullopt);
}

TEST(Percent, EncodesAndDecodesEveryByte) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percentDecode(percentEncode(all), false), all);
  EXPECT_EQ(percentEncode("笔记本 a/b"), "%E7%AC%94%E8%AE%B0%E6%9C%AC%20a%2Fb");
}

}  // namespace
}  // namespace shopkeeper::http
