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
  out.append("\r\n");
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

TEST(RequestHeadRules, EachTryEndsItsHeadWithTheTimeThatIsLeft) {
  RequestEdits edits;
  edits.target = "/a";
  edits.requestId = "id";
  std::string out;
  writeRequestHead(
      out,
      request(
          {{"Host", "s"}, {"x-shopkeeper-deadline-ms", "9"}, {"x-shopkeeper-last-resort", "1"}}),
      edits);
  EXPECT_EQ(out, "GET /a HTTP/1.1\r\nHost: s\r\nX-Request-Id: id\r\n");
  std::string late = out;
  endRequestHead(out, std::chrono::milliseconds(250), /*lastResort=*/false);
  EXPECT_TRUE(out.ends_with("id\r\nX-Shopkeeper-Deadline-Ms: 250\r\n\r\n")) << out;
  endRequestHead(late, std::chrono::milliseconds(-3), /*lastResort=*/true);
  EXPECT_TRUE(
      late.ends_with("id\r\nX-Shopkeeper-Deadline-Ms: 0\r\nX-Shopkeeper-Last-Resort: 1\r\n\r\n"))
      << late;
}

TEST(RequestHeadRules, TheCallersTimeIsTheShortestThatIsANumber) {
  const auto left = [](std::vector<Field> fields) { return callersTime(request(fields)); };
  const char* const name = "X-Shopkeeper-Deadline-Ms";
  using std::chrono::milliseconds;
  EXPECT_EQ(left({}), std::nullopt);
  EXPECT_EQ(left({{name, "0"}}), milliseconds(0));
  EXPECT_EQ(left({{name, "20"}, {name, "10"}, {name, "x"}}), milliseconds(10));
  for (const char* odd :
       {"", "-1", "+1", "1.5", "1s", " 1", "0x1", "86400001", "99999999999999999999999"}) {
    EXPECT_EQ(left({{name, odd}}), std::nullopt) << odd;
  }
}

TEST(RequestHeadRules, AnUpgradeIsAskedForAnewAndTrailersToo) {
  RequestEdits edits;
  edits.upgrade = edits.acceptTrailers = true;
  EXPECT_EQ(forwarded(request({{"Host", "s"}, {"Connection", "Upgrade"}, {"Upgrade", "websocket"}}),
                      edits),
            "GET /a HTTP/1.1\r\nHost: s\r\nX-Request-Id: id-1\r\nTE: trailers\r\n"
            "Upgrade: websocket\r\nConnection: TE, upgrade\r\n\r\n");
}

TEST(RequestHeadRules, AnUpgradeIsAskedForOnlyAsTheStandardSays) {
  const Field connection{"Connection", "keep-alive, upgrade"};
  EXPECT_TRUE(asksForUpgrade(request({connection, {"Upgrade", "WebSocket"}})));
  EXPECT_FALSE(asksForUpgrade(request({connection, {"Upgrade", "h2c"}})));
  EXPECT_FALSE(asksForUpgrade(request({connection, {"Upgrade", "websocket, h2c"}})));
  EXPECT_FALSE(asksForUpgrade(request({{"Upgrade", "websocket"}})));
  EXPECT_FALSE(asksForUpgrade(request({connection, {"Upgrade", "websocket"}, {"Upgrade", "h2c"}})));
  RequestHead post = request({connection, {"Upgrade", "websocket"}});
  post.method = "POST";
  EXPECT_FALSE(asksForUpgrade(post));
  RequestHead old = request({connection, {"Upgrade", "websocket"}});
  old.http11 = false;
  EXPECT_FALSE(asksForUpgrade(old));
}

TEST(Trailers, ThatFrameRouteAuthenticateOrBelongToUsDoNotPass) {
  for (const char* name :
       {"Content-Length", "transfer-encoding", "Host", "Authorization", "Set-Cookie", "TE",
        "Connection", "Content-Type", "Cache-Control", "If-Match", "X-Shopkeeper-Error",
        "X-Forwarded-For", "X-Request-Id", "Trailer", "Proxy-Authorization"}) {
    EXPECT_FALSE(mayBeTrailer(name)) << name;
  }
  for (const char* name : {"X-Sum", "Server-Timing", "ETag", "Digest", "grpc-status"}) {
    EXPECT_TRUE(mayBeTrailer(name)) << name;
  }
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
