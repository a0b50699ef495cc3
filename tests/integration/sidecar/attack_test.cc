// Request smuggling and its relatives: whatever the bytes mean to a laxer parser, the service sees
// the requests we meant it to see and no other.
#include <mutex>

#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

struct Attack {
  std::string name;
  std::string bytes;
  std::vector<int> statuses;  // of all answers, in order; then the connection ends
  int reached = 0;            // requests the service saw
};

std::vector<int> statusesIn(const std::string& text) {
  std::vector<int> statuses;
  for (auto at = text.find("HTTP/1.1 "); at != text.npos; at = text.find("HTTP/1.1 ", at + 1)) {
    statuses.push_back(std::stoi(text.substr(at + 9, 3)));
  }
  return statuses;
}

class Attacks : public ProxyTest, public ::testing::WithParamInterface<Attack> {};

TEST_P(Attacks, ReachTheServiceAsNothingElse) {
  std::mutex mutex;
  std::vector<std::string> targets;
  Backend service("service", [&](const http::Request& request) {
    std::lock_guard lock(mutex);
    targets.push_back(request.target);
    return http::Response{};
  });
  start(service.port());
  RawClient client(ingress());
  client.send(GetParam().bytes);
  client.halfClose();
  const std::string answers = client.readAll();
  EXPECT_EQ(statusesIn(answers), GetParam().statuses) << answers;
  EXPECT_TRUE(client.closedByPeer());
  EXPECT_EQ(service.requests(), GetParam().reached);
  std::lock_guard lock(mutex);
  for (const std::string& target : targets) EXPECT_EQ(target, "/v1/x");
}

const std::string kHost = "Host: s\r\n";
const std::string kGet = "GET /v1/x HTTP/1.1\r\n" + kHost;
const std::string kPost = "POST /v1/x HTTP/1.1\r\n" + kHost;
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";
const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\n" + kHost + "\r\n";
const std::string kAdmin = "GET /admin/v1/catalog HTTP/1.1\r\n" + kHost + "\r\n";

// A request whose length a laxer parser might take from `fields`.
std::string framedBy(const std::string& fields) {
  return kPost + fields + "\r\n\r\n0\r\n\r\n" + kSmuggled;
}
std::string withNul(const std::string& text) {
  std::string out = text;
  std::replace(out.begin(), out.end(), '~', '\0');
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Framing, Attacks,
    ::testing::Values(
        Attack{"ClTe", framedBy("Content-Length: 4\r\nTransfer-Encoding: chunked"), {400}},
        Attack{"TeCl", framedBy("Transfer-Encoding: chunked\r\nContent-Length: 4"), {400}},
        Attack{"TeClTab", framedBy("Transfer-Encoding:\tchunked\r\nContent-Length: 4"), {400}},
        Attack{"TeFolded", framedBy("Transfer-Encoding:\r\n chunked"), {400}},
        Attack{"TeFoldedBehindAnother", framedBy("X: a\r\n\tTransfer-Encoding: chunked"), {400}},
        Attack{"TeSpaceBeforeColon", framedBy("Transfer-Encoding : chunked"), {400}},
        Attack{"TeTabBeforeColon", framedBy("Transfer-Encoding\t: chunked"), {400}},
        Attack{"TeAfterBareCr", framedBy("X: a\rTransfer-Encoding: chunked"), {400}},
        Attack{"TeAfterBareLf", framedBy("X: a\nTransfer-Encoding: chunked"), {400}},
        Attack{"TeAfterNul", withNul(framedBy("X: a~\r\nTransfer-Encoding: chunked")), {400}},
        Attack{"TeQuoted", framedBy("Transfer-Encoding: \"chunked\""), {501}},
        Attack{"TeIdentity", framedBy("Transfer-Encoding: identity"), {501}},
        Attack{"TeIdentityAndLength",
               framedBy("Transfer-Encoding: identity\r\nContent-Length: 4"),
               {501}},
        Attack{"TeXChunked", framedBy("Transfer-Encoding: xchunked"), {501}},
        Attack{"TeChunkedTwiceInOne", framedBy("Transfer-Encoding: chunked, chunked"), {501}},
        Attack{"TeListEndsEmpty", framedBy("Transfer-Encoding: chunked,"), {501}},
        Attack{"TeSemicolon", framedBy("Transfer-Encoding: chunked;q=1"), {501}},
        Attack{"TeTwice",
               framedBy("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
               {400}},
        Attack{"TeIn10",
               "POST /v1/x HTTP/1.0\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
                   kSmuggled,
               {400}},
        Attack{"LengthsDiffer", framedBy("Content-Length: 0\r\nContent-Length: 5"), {400}},
        Attack{"LengthsDifferInOne", framedBy("Content-Length: 0, 5"), {400}},
        Attack{"LengthPlus", framedBy("Content-Length: +5"), {400}},
        Attack{"LengthMinus", framedBy("Content-Length: -5"), {400}},
        Attack{"LengthHex", framedBy("Content-Length: 0x5"), {400}},
        Attack{"LengthFraction", framedBy("Content-Length: 5.0"), {400}},
        Attack{"LengthTwoNumbers", framedBy("Content-Length: 5 5"), {400}},
        Attack{"LengthOverflows64", framedBy("Content-Length: 18446744073709551621"), {400}},
        Attack{"LengthLarge", framedBy("Content-Length: 9223372036854775807"), {413}},
        Attack{"LengthEmpty", framedBy("Content-Length:"), {400}},
        Attack{"LengthSpaceBeforeColon", framedBy("Content-Length : 5"), {400}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Chunks, Attacks,
    ::testing::Values(
        Attack{"SizePlus", kChunked + "+5\r\nhello\r\n0\r\n\r\n", {400}},
        Attack{"SizeHexPrefix", kChunked + "0x5\r\nhello\r\n0\r\n\r\n", {400}},
        Attack{"SizeLeadingSpace", kChunked + " 5\r\nhello\r\n0\r\n\r\n", {400}},
        Attack{"SizeUnderscore", kChunked + "1_0\r\nhello\r\n0\r\n\r\n", {400}},
        Attack{"SizeOverflows64", kChunked + "10000000000000005\r\nhello\r\n0\r\n\r\n", {400}},
        Attack{"SizeLarge", kChunked + "7fffffffffffffff\r\nhello\r\n0\r\n\r\n", {}},
        Attack{"SizeBareLf", kChunked + "5\nhello\r\n0\r\n\r\n" + kSmuggled, {400}},
        Attack{"DataBareLf", kChunked + "5\r\nhello\n0\r\n\r\n" + kSmuggled, {400}},
        Attack{"DataLonger", kChunked + "5\r\nhello, world\r\n0\r\n\r\n" + kSmuggled, {400}},
        Attack{"ExtensionBareLf", kChunked + "5;a\nb\r\nhello\r\n0\r\n\r\n", {400}},
        Attack{"ExtensionBareCr", kChunked + "5;a\rb\r\nhello\r\n0\r\n\r\n", {400}},
        Attack{"ExtensionTooLarge",
               kChunked + "1;" + std::string(20'000, 'x') + "\r\nh\r\n0\r\n\r\n",
               {400}},
        Attack{"ExtensionsTooManyForWhatTheyCarry",
               kChunked +
                   [] {
                     std::string chunks;
                     for (int i = 0; i < 200; ++i) {
                       chunks += "1;" + std::string(200, 'x') + "\r\nh\r\n";
                     }
                     return chunks;
                   }() +
                   "0\r\n\r\n",
               {400}},
        Attack{"LastChunkBareLf", kChunked + "0\n\n" + kSmuggled, {400}},
        Attack{"TrailerFrames", kChunked + "0\r\nContent-Length: 40\r\n\r\n" + kSmuggled, {400}},
        Attack{"TrailerCodes", kChunked + "0\r\nTransfer-Encoding: chunked\r\n\r\n", {400}},
        Attack{"TrailerBareLf", kChunked + "0\r\nX: a\nY: b\r\n\r\n", {400}},
        Attack{"TrailerFolded", kChunked + "0\r\nX: a\r\n b\r\n\r\n", {400}},
        Attack{"TrailerSpaceBeforeColon", kChunked + "0\r\nX : a\r\n\r\n", {400}},
        Attack{"TrailerNul", withNul(kChunked + "0\r\nX: a~\r\n\r\n"), {400}},
        Attack{"TrailerWithoutColon", kChunked + "0\r\n" + kSmuggled, {400}},
        Attack{"TrailersTooMany",
               kChunked + "0\r\n" +
                   [] {
                     std::string fields;
                     for (int i = 0; i < 120; ++i) fields += "a: b\r\n";
                     return fields;
                   }() +
                   "\r\n",
               {431}},
        Attack{"TrailersTooLarge",
               kChunked + "0\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
               {431}},
        Attack{"GarbageBehind", kChunked + "0\r\n\r\n\x01garbage", {200, 400}, 1},
        Attack{"LineBehind", kChunked + "0\r\n\r\nX: y\r\n\r\n", {200, 400}, 1}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Heads, Attacks,
    ::testing::Values(
        Attack{"TwoHosts", "GET /v1/x HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", {400}},
        Attack{"HostWithSpace", "GET /v1/x HTTP/1.1\r\nHost: a b\r\n\r\n", {400}},
        Attack{"HostWithPath", "GET /v1/x HTTP/1.1\r\nHost: a/../admin\r\n\r\n", {400}},
        Attack{"HostWithUser", "GET /v1/x HTTP/1.1\r\nHost: a@b\r\n\r\n", {400}},
        Attack{"HostList", "GET /v1/x HTTP/1.1\r\nHost: a, b\r\n\r\n", {400}},
        Attack{"NulInName", withNul("GET /v1/x HTTP/1.1\r\nHost: s\r\nX~: a\r\n\r\n"), {400}},
        Attack{"NulInValue", withNul("GET /v1/x HTTP/1.1\r\nHost: s\r\nX: a~b\r\n\r\n"), {400}},
        Attack{"NulInTarget", withNul("GET /v1~/x HTTP/1.1\r\nHost: s\r\n\r\n"), {400}},
        Attack{"ControlInValue", kGet + "X: a\x01\r\n\r\n", {400}},
        Attack{"DeleteInValue", kGet + "X: a\x7f\r\n\r\n", {400}},
        Attack{"ControlInName", kGet + "X\x01: a\r\n\r\n", {400}},
        Attack{"HighByteInName", kGet + "X\xc3\xa9: a\r\n\r\n", {400}},
        Attack{"ControlInMethod", "G\x01T /v1/x HTTP/1.1\r\n" + kHost + "\r\n", {400}},
        Attack{"ControlInTarget", "GET /v1/\x01 HTTP/1.1\r\n" + kHost + "\r\n", {400}},
        Attack{"Http09", "GET /smuggled\r\n\r\n", {400}},
        Attack{"Http09Pipelined", kGet + "\r\nGET /smuggled\r\n\r\n", {200, 400}, 1},
        Attack{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}},
        Attack{"Http12", "GET /v1/x HTTP/1.2\r\n" + kHost + "\r\n", {400}},
        Attack{"LongVersion", "GET /v1/x HTTP/1.10\r\n" + kHost + "\r\n", {400}},
        Attack{"SpaceBehindVersion", "GET /v1/x HTTP/1.1 \r\n" + kHost + "\r\n", {400}},
        Attack{"TabInRequestLine", "GET\t/v1/x HTTP/1.1\r\n" + kHost + "\r\n", {400}},
        Attack{"CrInRequestLine", "GET /v1/x\r HTTP/1.1\r\n" + kHost + "\r\n", {400}},
        Attack{
            "BodyThatLooksLikeARequest",
            kPost + "Content-Length: " + std::to_string(kSmuggled.size()) + "\r\n\r\n" + kSmuggled,
            {200},
            1},
        Attack{
            "GetBodyThatLooksLikeARequest",
            kGet + "Content-Length: " + std::to_string(kSmuggled.size()) + "\r\n\r\n" + kSmuggled,
            {200},
            1},
        Attack{"AdminBehindABody", kPost + "Content-Length: 3\r\n\r\nabc" + kAdmin, {200, 403}, 1},
        Attack{"AdminBehindChunks", kChunked + "3\r\nabc\r\n0\r\n\r\n" + kAdmin, {200, 403}, 1},
        Attack{"AdminBehindTrailers", kChunked + "0\r\nX: y\r\n\r\n" + kAdmin, {200, 403}, 1},
        Attack{"AdminBehindAnUpgradeThatWasNotGranted",
               kGet + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + kAdmin,
               {200, 403},
               1},
        Attack{"ConnectionNamesLength",
               kPost + "Connection: Content-Length\r\nContent-Length: " +
                   std::to_string(kSmuggled.size()) + "\r\n\r\n" + kSmuggled,
               {200},
               1}),
    [](const auto& info) { return info.param.name; });

class AbsoluteForm : public ProxyTest {};

TEST_F(AbsoluteForm, ItsAuthorityIsTheOnlyOneTheServiceSees) {
  std::string host;
  Backend service("service", [&](const http::Request& request) {
    host = std::string(request.headers.get("Host").value_or(""));
    return http::Response{};
  });
  start(service.port());
  RawClient client(ingress());
  client.send("GET http://inner/v1/x HTTP/1.1\r\nHost: outer\r\n\r\n");
  EXPECT_EQ(readAnswer(client).status, 200);
  EXPECT_EQ(host, "inner");
}

class ManyClients : public ProxyTest {};

TEST_F(ManyClients, HundredsOfIdleOnesKeepNobodyOut) {
  Backend service("service");
  config_.ingress.limits.maxConnections = 32;
  start(service.port());
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 200; ++i) idle.push_back(std::make_unique<RawClient>(ingress()));
  EXPECT_EQ(get(ingress(), "/v1/x").status, 200);
  EXPECT_LE(plane_->ingressCounts().open, 32u);
  EXPECT_GE(plane_->ingressCounts().evicted, 1u);
}

TEST_F(ManyClients, ADripOfBodyBytesEndsAtTheRequestsDeadline) {
  Backend service("service");
  config_.ingress.requestTimeout = std::chrono::milliseconds(400);
  start(service.port());
  RawClient client(ingress());
  client.send(kPost + "Content-Length: 1000\r\n\r\n");
  std::string answer;
  for (int i = 0; i < 1000 && answer.empty(); ++i) {
    if (!client.send("x")) break;
    answer = client.readUntil([](const std::string& text) { return !text.empty(); },
                              std::chrono::milliseconds(20));
  }
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 408");
  EXPECT_EQ(service.requests(), 0);
  EXPECT_EQ(plane_->service().view().endpoints[0].counts.errors, 0u);
}

}  // namespace
}  // namespace shopkeeper::sidecar
