#include "sidecar/proxy/header_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RequestHead request(std::vector<Field> fields) {
  RequestHead head;
  head.method = "GET";
  head.target = "/a";
  head.fields = std::move(fields);
  return head;
}

std::string forwarded(const RequestHead& head, RequestEdits edits = {}) {
  if (edits.target.empty()) edits.target = "/a";
  if (edits.requestId.empty()) edits.requestId = "id-1";
  std::string out;
  writeRequestHead(out, head, edits);
  return out;
}

TEST(RequestHeadRules, TheWholeHeadOfASimpleRequest) {
  EXPECT_EQ(forwarded(request({{"Host", "shop"}, {"Accept", "*/*"}})),
            "GET /a HTTP/1.1\r\nHost: shop\r\nAccept: */*\r\nX-Request-Id: id-1\r\n\r\n");
}

TEST(RequestHeadRules, FieldsOfTheConnectionAreRemoved) {
  const std::string head = forwarded(request({{"Host", "shop"},
                                              {"Connection", "keep-alive, X-Secret"},
                                              {"Keep-Alive", "timeout=5"},
                                              {"Proxy-Connection", "keep-alive"},
                                              {"TE", "trailers"},
                                              {"Trailer", "X-T"},
                                              {"Upgrade", "h2c"},
                                              {"HTTP2-Settings", "AAMAAABkAAQ"},
                                              {"x-secret", "1"},
                                              {"X-Kept", "2"}}));
  EXPECT_EQ(head, "GET /a HTTP/1.1\r\nHost: shop\r\nX-Kept: 2\r\nX-Request-Id: id-1\r\n\r\n");
}

TEST(RequestHeadRules, ListingHostAsConnectionFieldDoesNotRemoveIt) {
  EXPECT_THAT(forwarded(request({{"Host", "shop"}, {"Connection", "host"}})),
              HasSubstr("Host: shop\r\n"));
}

TEST(RequestHeadRules, FramesAnewWhateverTheClientWrote) {
  RequestEdits edits;
  edits.framing = Framing::Length;
  edits.length = 5;
  const std::string length = forwarded(request({{"Host", "s"}, {"Content-Length", "5, 5"}}), edits);
  EXPECT_THAT(length, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(length, Not(HasSubstr("5, 5")));
  edits.framing = Framing::Chunked;
  EXPECT_THAT(forwarded(request({{"Host", "s"}}), edits),
              HasSubstr("Transfer-Encoding: chunked\r\n"));
}

TEST(RequestHeadRules, TheClientIsAppendedToXForwardedFor) {
  RequestEdits edits;
  edits.clientAddress = "10.0.0.9";
  EXPECT_THAT(forwarded(request({{"Host", "s"}}), edits),
              HasSubstr("X-Forwarded-For: 10.0.0.9\r\n"));
  EXPECT_THAT(
      forwarded(
          request({{"Host", "s"}, {"x-forwarded-for", "1.1.1.1"}, {"X-Forwarded-For", "2.2.2.2"}}),
          edits),
      HasSubstr("X-Forwarded-For: 1.1.1.1, 2.2.2.2, 10.0.0.9\r\n"));
}

TEST(RequestHeadRules, AUsableRequestIdIsKeptAndAnOddOneReplaced) {
  EXPECT_THAT(forwarded(request({{"Host", "s"}, {"X-Request-Id", "mine"}})),
              HasSubstr("X-Request-Id: mine\r\n"));
  const std::string longId(500, 'x');
  EXPECT_THAT(forwarded(request({{"Host", "s"}, {"X-Request-Id", longId}})),
              HasSubstr("X-Request-Id: id-1\r\n"));
}

std::string answered(ResponseHead head, const ResponseEdits& edits) {
  std::string out;
  writeResponseHead(out, head, edits);
  return out;
}

TEST(ResponseHeadRules, InternalFieldsOfTheServiceAreDropped) {
  ResponseHead head;
  head.status = 200;
  head.reason = "OK";
  head.fields = {{"X-Shopkeeper-Error", "forged"}, {"x-shopkeeper-upstream", "forged"}, {"A", "1"}};
  ResponseEdits edits;
  edits.stripInternal = true;
  EXPECT_EQ(answered(head, edits), "HTTP/1.1 200 OK\r\nA: 1\r\n\r\n");
}

TEST(ResponseHeadRules, ThePodThatAnsweredIsNamedOnce) {
  ResponseHead head;
  head.status = 200;
  head.fields = {{"X-Shopkeeper-Upstream", "other"}};
  ResponseEdits edits;
  edits.upstreamPod = "search-1";
  EXPECT_EQ(answered(head, edits), "HTTP/1.1 200 \r\nX-Shopkeeper-Upstream: search-1\r\n\r\n");
}

TEST(ResponseHeadRules, AnAnnouncedLengthStaysForHeadAnd304ButNot204) {
  ResponseHead head;
  head.status = 304;
  head.fields = {{"Content-Length", "10"}};
  EXPECT_THAT(answered(head, {}), HasSubstr("Content-Length: 10"));
  head.status = 204;
  EXPECT_THAT(answered(head, {}), Not(HasSubstr("Content-Length")));
}

TEST(OwnAnswer, IsJsonWithTheErrorHeader) {
  std::string out;
  writeOwnAnswer(out, 503, "no-endpoint", "say \"no\"", true, false);
  EXPECT_THAT(out, HasSubstr("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(out, HasSubstr("X-Shopkeeper-Error: no-endpoint\r\n"));
  EXPECT_THAT(out, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(out, HasSubstr(R"({"error":{"code":"Unavailable","message":"say \"no\""}})"));
  std::string head;
  writeOwnAnswer(head, 503, "", "x", false, true);
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << "no body for HEAD";
}

}  // namespace
}  // namespace shopkeeper::sidecar
