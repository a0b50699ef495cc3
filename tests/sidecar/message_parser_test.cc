#include "sidecar/proxy/message_parser.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

struct Parsed {
  ParseError error;
  std::size_t used = 0;
  std::string body;
  bool done = false;
};

// Parses head and body, the input cut into pieces of `step` bytes.
Parsed parse(MessageParser& parser, std::string_view input, std::size_t step) {
  Parsed result;
  std::string buffer;
  bool head = false;
  for (std::size_t at = 0; at < input.size() && !result.error; at += step) {
    buffer.append(input.substr(at, step));
    if (!head) {
      const std::size_t used = parser.parseHead(buffer, result.error);
      if (used == 0) continue;
      head = true;
      result.used += used;
      buffer.erase(0, used);
    }
    while (!buffer.empty() && !parser.done() && !result.error) {
      std::vector<std::string_view> pieces;
      const std::size_t used = parser.parseBody(buffer, pieces, result.error);
      for (const auto piece : pieces) result.body.append(piece);
      result.used += used;
      buffer.erase(0, used);
      if (used == 0) break;
    }
  }
  result.done = head && parser.done();
  return result;
}

struct Refused {
  std::string name;
  std::string bytes;
  int status;
};

class RefusedRequests : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedRequests, AtEveryCutOfTheInput) {
  for (const std::size_t step : {1u, 2u, 7u, 4096u}) {
    MessageParser parser(MessageParser::Kind::Request, 4096);
    const Parsed result = parse(parser, GetParam().bytes, step);
    EXPECT_EQ(result.error.status, GetParam().status)
        << "step " << step << ": " << result.error.reason;
    EXPECT_FALSE(result.error.reason.empty());
  }
}

const std::string kHost = "Host: s\r\n";
const std::string kPost = "POST / HTTP/1.1\r\n" + kHost;
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedRequests,
    ::testing::Values(
        Refused{"LengthAndChunked",
                kPost + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Refused{"ChunkedAndLength",
                kPost + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400},
        Refused{"TwoLengths", kPost + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
        Refused{"LengthList", kPost + "Content-Length: 3, 4\r\n\r\n", 400},
        Refused{"NegativeLength", kPost + "Content-Length: -1\r\n\r\n", 400},
        Refused{"PlusLength", kPost + "Content-Length: +3\r\n\r\n", 400},
        Refused{"HexLength", kPost + "Content-Length: 0x3\r\n\r\n", 400},
        Refused{"HugeLength", kPost + "Content-Length: 99999999999999999999\r\n\r\n", 400},
        Refused{"EmptyLength", kPost + "Content-Length:\r\n\r\n", 400},
        Refused{"TwoCodings",
                kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Refused{"Gzip", kPost + "Transfer-Encoding: gzip\r\n\r\n", 501},
        Refused{"GzipChunked", kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        Refused{"ChunkedIdentity", kPost + "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
        Refused{"XChunked", kPost + "Transfer-Encoding: xchunked\r\n\r\n", 501},
        Refused{"ChunkedIn10", "POST / HTTP/1.0\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n",
                400},
        Refused{"ObsFold", "GET / HTTP/1.1\r\n" + kHost + "X: a\r\n b\r\n\r\n", 400},
        Refused{"TabFold", "GET / HTTP/1.1\r\n" + kHost + "X: a\r\n\tb\r\n\r\n", 400},
        Refused{"FoldedFirstField", "GET / HTTP/1.1\r\n Host: s\r\n\r\n", 400},
        Refused{"SpaceBeforeColon", "GET / HTTP/1.1\r\nHost : s\r\n\r\n", 400},
        Refused{"BareLf", "GET / HTTP/1.1\nHost: s\n\n", 400},
        Refused{"BareLfInside", "GET / HTTP/1.1\r\n" + kHost + "X: a\nY: b\r\n\r\n", 400},
        Refused{"BareCr", "GET / HTTP/1.1\r\n" + kHost + "X: a\rY: b\r\n\r\n", 400},
        Refused{"NulInValue", "GET / HTTP/1.1\r\n" + kHost + std::string("X: a\0b\r\n\r\n", 10),
                400},
        Refused{"NulInName", "GET / HTTP/1.1\r\n" + kHost + std::string("X\0: a\r\n\r\n", 9), 400},
        Refused{"NoColon", "GET / HTTP/1.1\r\n" + kHost + "nonsense\r\n\r\n", 400},
        Refused{"EmptyName", "GET / HTTP/1.1\r\n" + kHost + ": x\r\n\r\n", 400},
        Refused{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
        Refused{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Refused{"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        Refused{"HostWithUser", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
        Refused{"HostWithSpace", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        Refused{"NoVersion", "GET /\r\n" + kHost + "\r\n", 400},
        Refused{"Http2", "GET / HTTP/2.0\r\n" + kHost + "\r\n", 400},
        Refused{"Http09", "GET / HTTP/0.9\r\n" + kHost + "\r\n", 400},
        Refused{"LowerCaseVersion", "GET / http/1.1\r\n" + kHost + "\r\n", 400},
        Refused{"SpaceInTarget", "GET /a b HTTP/1.1\r\n" + kHost + "\r\n", 400},
        Refused{"TwoSpaces", "GET  / HTTP/1.1\r\n" + kHost + "\r\n", 400},
        Refused{"BadMethod", "G(T / HTTP/1.1\r\n" + kHost + "\r\n", 400},
        Refused{"Connect", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 405},
        Refused{"Trace", "TRACE / HTTP/1.1\r\n" + kHost + "\r\n", 405},
        Refused{"OtherExpectation", kPost + "Expect: miracles\r\nContent-Length: 1\r\n\r\nx", 417},
        Refused{"TlsHello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15),
                400},
        Refused{"LongHeader",
                "GET / HTTP/1.1\r\n" + kHost + "X: " + std::string(5000, 'a') + "\r\n\r\n", 431},
        Refused{"EndlessHeader", "GET / HTTP/1.1\r\n" + kHost + "X: " + std::string(9000, 'a'),
                431},
        Refused{"ManyFields",
                "GET / HTTP/1.1\r\n" + kHost +
                    [] {
                      std::string fields;
                      for (int i = 0; i < 120; ++i) fields += "a: b\r\n";
                      return fields;
                    }() +
                    "\r\n",
                431},
        Refused{"ChunkSizeNotHex", kChunked + "zz\r\nhello\r\n0\r\n\r\n", 400},
        Refused{"ChunkSizeEmpty", kChunked + "\r\nhello\r\n0\r\n\r\n", 400},
        Refused{"ChunkSizeNegative", kChunked + "-5\r\nhello\r\n0\r\n\r\n", 400},
        Refused{"ChunkSize0x", kChunked + "0x5\r\nhello\r\n0\r\n\r\n", 400},
        Refused{"ChunkSizeOverflow", kChunked + "fffffffffffffffff\r\nhello\r\n", 400},
        Refused{"ChunkTooLong", kChunked + "3\r\nhello\r\n0\r\n\r\n", 400},
        Refused{"ChunkBareLf", kChunked + "5\nhello\r\n0\r\n\r\n", 400},
        Refused{"TrailerFold", kChunked + "0\r\nX: a\r\n b\r\n\r\n", 400},
        Refused{"TrailerBareLf", kChunked + "0\r\nX: a\nY: b\r\n\r\n", 400},
        Refused{"TrailerLength", kChunked + "0\r\nContent-Length: 3\r\n\r\n", 400},
        Refused{"TrailerLarge", kChunked + "0\r\nX: " + std::string(5000, 'x') + "\r\n\r\n", 431},
        Refused{"ExtensionLarge", kChunked + "1;" + std::string(17'000, 'x') + "\r\nx\r\n", 400},
        Refused{"ChunkWithoutCrlf", kChunked + "5\r\nhelloXX0\r\n\r\n", 400}),
    [](const auto& info) { return info.param.name; });

TEST(MessageParser, ARequestIsTheSameHoweverItIsCut) {
  const std::string bytes = kChunked + "5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: z\r\n\r\nNEXT";
  for (std::size_t step = 1; step < bytes.size(); ++step) {
    MessageParser parser(MessageParser::Kind::Request, 4096);
    const Parsed result = parse(parser, bytes, step);
    ASSERT_FALSE(result.error) << step << ": " << result.error.reason;
    EXPECT_EQ(result.body, "hello!") << step;
    EXPECT_TRUE(result.done);
    EXPECT_EQ(result.used, bytes.size() - 4) << "not a byte of the next message";
    EXPECT_EQ(parser.request().fields.size(), 2u) << "trailers are not header fields";
  }
}

TEST(MessageParser, TrailersThatMayPassAreKeptUntilTheNextMessage) {
  const std::string bytes =
      kChunked + "5\r\nhello\r\n0\r\nX-Sum:  7 \r\nHost: evil\r\nEmpty:\r\n\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    MessageParser parser(MessageParser::Kind::Request, 4096);
    const Parsed result = parse(parser, bytes, step);
    ASSERT_FALSE(result.error) << step << ": " << result.error.reason;
    EXPECT_EQ(parser.trailers(), "X-Sum: 7\r\nEmpty: \r\n") << step;
    parser.startMessage();
    EXPECT_EQ(parser.trailers(), "");
  }
}

// Beast's assertion once ended the process: a client could do that with one packet.
TEST(MessageParser, ALastChunkWhoseSizeLineComesAloneIsWaitedFor) {
  for (const char* rest : {"\r\n", "X: y\r\n\r\n"}) {
    for (std::size_t step = 1; step < 6; ++step) {
      MessageParser parser(MessageParser::Kind::Request, 4096);
      const Parsed result = parse(parser, kChunked + "0\r\n" + rest, step);
      EXPECT_FALSE(result.error) << result.error.reason;
      EXPECT_TRUE(result.done) << step << rest;
    }
  }
}

TEST(MessageParser, ExtensionsMayBeLargeWhereTheChunksAre) {
  std::string bytes = kChunked;
  for (int i = 0; i < 200; ++i) {
    bytes += "64;sum=" + std::string(150, 'x') + "\r\n" + std::string(100, 'd') + "\r\n";
  }
  MessageParser parser(MessageParser::Kind::Request, 4096);
  const Parsed result = parse(parser, bytes + "0\r\n\r\n", 4096);
  EXPECT_FALSE(result.error) << result.error.reason;
  EXPECT_EQ(result.body.size(), 20'000u);
}

TEST(MessageParser, MessagesOfOneConnectionDoNotMix) {
  MessageParser parser(MessageParser::Kind::Request, 4096);
  for (int i = 0; i < 3; ++i) {
    parser.startMessage();
    ParseError error;
    const std::string head = "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: s\r\n\r\n";
    EXPECT_EQ(parser.parseHead("\r\n" + head, error), head.size() + 2);
    ASSERT_FALSE(error) << error.reason;
    EXPECT_EQ(parser.request().target, "/" + std::to_string(i));
    EXPECT_EQ(parser.request().fields.size(), 1u);
    EXPECT_TRUE(parser.done());
  }
}

TEST(MessageParser, KeepAliveFollowsVersionAndConnection) {
  const auto keepAlive = [](const std::string& head) {
    MessageParser parser(MessageParser::Kind::Request, 4096);
    ParseError error;
    EXPECT_GT(parser.parseHead(head, error), 0u) << error.reason;
    return parser.request().keepAlive;
  };
  EXPECT_TRUE(keepAlive("GET / HTTP/1.1\r\nHost: s\r\n\r\n"));
  EXPECT_FALSE(keepAlive("GET / HTTP/1.1\r\nHost: s\r\nConnection: x, Close\r\n\r\n"));
  EXPECT_FALSE(keepAlive("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keepAlive("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

Framing framingOf(const std::string& head, bool headAnswer = false) {
  MessageParser parser(MessageParser::Kind::Response, 4096);
  parser.startMessage(headAnswer);
  ParseError error;
  EXPECT_GT(parser.parseHead(head, error), 0u) << error.reason;
  return parser.response().framing;
}

TEST(MessageParser, TheEndOfAnAnswerIsKnownAsRfc9112Says) {
  EXPECT_EQ(framingOf("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), Framing::Length);
  EXPECT_EQ(framingOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), Framing::Chunked);
  EXPECT_EQ(framingOf("HTTP/1.1 200 OK\r\n\r\n"), Framing::UntilClose);
  EXPECT_EQ(framingOf("HTTP/1.1 204 No Content\r\n\r\n"), Framing::None);
  EXPECT_EQ(framingOf("HTTP/1.1 304 Not Modified\r\n\r\n"), Framing::None);
  EXPECT_EQ(framingOf("HTTP/1.1 100 Continue\r\n\r\n"), Framing::None);
  EXPECT_EQ(framingOf("HTTP/1.1 200 OK\r\n\r\n", /*headAnswer=*/true), Framing::None);
}

// A chunked answer to HEAD was once followed by a last chunk that the client took for an answer.
TEST(MessageParser, AnAnswerWithoutABodyHasNoneWhateverItAnnounces) {
  for (const char* announced : {"Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n"}) {
    const std::string field(announced);
    EXPECT_EQ(framingOf("HTTP/1.1 200 OK\r\n" + field + "\r\n", true), Framing::None) << field;
    EXPECT_EQ(framingOf("HTTP/1.1 204 No\r\n" + field + "\r\n"), Framing::None) << field;
    EXPECT_EQ(framingOf("HTTP/1.1 304 No\r\n" + field + "\r\n"), Framing::None) << field;
  }
}

TEST(MessageParser, TheConnectionsEndCompletesOnlyABodyUntilClose) {
  for (const auto& [head, complete] :
       {std::pair{"HTTP/1.1 200 OK\r\n\r\nabc", true},
        std::pair{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false},
        std::pair{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", false}}) {
    MessageParser parser(MessageParser::Kind::Response, 4096);
    const Parsed result = parse(parser, head, 4096);
    EXPECT_EQ(result.body, "abc");
    ParseError error;
    parser.endOfInput(error);
    EXPECT_EQ(!error, complete) << head;
    EXPECT_EQ(parser.done(), complete);
  }
}

// Found by fuzzing: the answer to the second looked at the method of the first in memory that was
// free by then.
TEST(MessageParser, AMalformedSecondRequestHasNothingOfTheFirst) {
  MessageParser parser(MessageParser::Kind::Request, 4096);
  parse(parser, "HEAD /a HTTP/1.1\r\n" + kHost + "\r\n", 4096);
  EXPECT_EQ(parser.request().method, "HEAD");
  parser.startMessage();
  const Parsed second = parse(parser, "GET /b HTTP/121\r\n" + kHost + "\r\n", 4096);
  EXPECT_EQ(second.error.status, 400);
  EXPECT_EQ(parser.request().method, "");
  EXPECT_EQ(parser.request().target, "");
}

// Found by fuzzing: an answer of 803 was counted past the end of the classes.
TEST(MessageParser, AStatusOutside100To599IsMalformed) {
  for (const auto& [status, refused] :
       {std::pair{"099", true}, std::pair{"100", false}, std::pair{"599", false},
        std::pair{"600", true}, std::pair{"803", true}}) {
    MessageParser parser(MessageParser::Kind::Response, 4096);
    ParseError error;
    parser.parseHead(std::string("HTTP/1.1 ") + status + " S\r\n\r\n", error);
    EXPECT_EQ(static_cast<bool>(error), refused) << status;
  }
}

}  // namespace
}  // namespace shopkeeper::sidecar
