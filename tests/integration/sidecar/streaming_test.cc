// Large bodies pass without ever being held: the process stays small however much goes through.
#include <algorithm>
#include <thread>

#include "common/metrics.h"
#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

constexpr std::size_t kSize = 50u << 20;
constexpr std::size_t kBlock = 64u << 10;

std::string block() {
  std::string bytes(kBlock, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 256);
  return bytes;
}

// Counts and checks a repeated block() without holding what was read.
class Checker {
 public:
  void feed(std::string_view bytes) {
    for (const char byte : bytes) {
      good_ = good_ && byte == expected_[total_ % kBlock];
      ++total_;
    }
  }
  std::size_t total() const { return total_; }
  bool good() const { return good_; }

 private:
  const std::string expected_ = block();
  std::size_t total_ = 0;
  bool good_ = true;
};

class StreamingTest : public ProxyTest {};

TEST_F(StreamingTest, FiftyMegabytesDownStayOutOfMemory) {
  RawServer service([](RawConnection& connection, int) {
    connection.readRequest();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    const std::string bytes = block();
    for (std::size_t sent = 0; sent < kSize; sent += kBlock) connection.write(bytes);
    connection.waitForClose(20'000);
  });
  start(service.port());
  const std::uint64_t before = residentBytes();
  std::uint64_t most = 0;
  RawClient client(ingress());
  client.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  const std::string start = readTo(client, "\r\n\r\n");
  Checker checker;
  checker.feed(std::string_view(start).substr(start.find("\r\n\r\n") + 4));
  while (checker.total() < kSize) {
    const std::string piece =
        client.readUntil([](const std::string& text) { return !text.empty(); });
    if (piece.empty()) break;
    checker.feed(piece);
    most = std::max(most, residentBytes());
  }
  EXPECT_EQ(checker.total(), kSize);
  EXPECT_TRUE(checker.good());
  EXPECT_EQ(plane_->ingressCounts().bytesOut, kSize);
  EXPECT_LT(most - before, 8u << 20) << "grew while streaming";
}

TEST_F(StreamingTest, FiftyMegabytesUpStayOutOfMemory) {
  std::atomic<std::size_t> received{0};
  std::atomic<bool> good{false};
  RawServer service([&](RawConnection& connection, int) {
    // Reads by itself: readRequest() would hold the whole.
    Checker checker;
    connection.readHead();
    while (checker.total() < kSize) {
      const std::string piece = connection.readSome();
      if (piece.empty()) return;
      checker.feed(piece);
    }
    received = checker.total();
    good = checker.good();
    connection.write(fixedResponse(200, "", "got it"));
    connection.waitForClose(20'000);
  });
  config_.ingress.limits.maxBodyBytes = kSize;
  start(service.port());
  const std::uint64_t before = residentBytes();
  std::uint64_t most = 0;
  RawClient client(ingress());
  client.send("PUT / HTTP/1.1\r\nHost: s\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
  const std::string bytes = block();
  for (std::size_t sent = 0; sent < kSize; sent += kBlock) {
    ASSERT_TRUE(client.send(bytes));
    most = std::max(most, residentBytes());
  }
  EXPECT_EQ(readAnswer(client).body, "got it");
  EXPECT_EQ(received, kSize);
  EXPECT_TRUE(good);
  EXPECT_LT(most - before, 8u << 20) << "grew while streaming";
}

TEST_F(StreamingTest, AFastServiceWaitsForASlowClient) {
  std::atomic<std::size_t> written{0};
  RawServer service([&](RawConnection& connection, int) {
    connection.readRequest();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    const std::string bytes = block();
    for (std::size_t sent = 0; sent < kSize; sent += kBlock) {
      if (!connection.write(bytes)) return;
      written += kBlock;
    }
  });
  start(service.port());
  RawClient client(ingress());
  client.send("GET / HTTP/1.1\r\nHost: s\r\n\r\n");
  // Until nothing moves: the buffers of two kernels' sockets are full, ours holds 32 KiB.
  std::size_t last = 1;
  ASSERT_TRUE(eventually([&] {
    const std::size_t now = written;
    const bool still = now > 0 && now == last;
    last = now;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return still;
  }));
  EXPECT_LT(written, kSize);
}

TEST_F(StreamingTest, AnAnswerMayBeginBeforeTheRequestEnds) {
  RawServer service([](RawConnection& connection, int) {
    connection.readHead();
    connection.write(testing::kChunkedHead);
    connection.writeChunk("early");
    if (!readChunkedBody(connection, [](const std::string&) {})) return;
    connection.writeChunk(" late");
    connection.write("0\r\n\r\n");
    connection.waitForClose(20'000);
  });
  start(service.port());
  RawClient client(ingress());
  client.send("POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n");
  const std::string first = readTo(client, "early");
  EXPECT_NE(first.find("HTTP/1.1 200"), std::string::npos);
  client.send("3\r\nend\r\n0\r\n\r\n");
  const std::string rest = readTo(client, "0\r\n\r\n");
  EXPECT_NE(rest.find(" late"), std::string::npos);
}

TEST_F(StreamingTest, ManyTinyChunksBecomeFewWrites) {
  std::atomic<std::size_t> received{0};
  RawServer service([&](RawConnection& connection, int) {
    std::size_t size = connection.readHead().size();
    if (!readChunkedBody(connection, [&](const std::string& piece) { size += piece.size(); })) {
      return;
    }
    received = size;
    connection.write(fixedResponse(200, "", "ok"));
    connection.waitForClose(20'000);
  });
  start(service.port());
  RawClient client(ingress());
  std::string body;
  for (int i = 0; i < 20'000; ++i) body += "1\r\nx\r\n";
  client.send("POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n" + body +
              "0\r\n\r\n");
  EXPECT_EQ(readAnswer(client).status, 200);
  EXPECT_LT(received, 40'000u) << "20,000 bytes in far fewer chunks than came";
}

}  // namespace
}  // namespace shopkeeper::sidecar
