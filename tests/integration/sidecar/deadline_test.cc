// The time a caller has left travels with its request (X-Shopkeeper-Deadline-Ms).
#include <mutex>

#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

class DeadlineTest : public ProxyTest {
 protected:
  // Remembers what the endpoint was told; answers only where `answering`.
  std::unique_ptr<RawServer> endpoint(bool answering = true) {
    return std::make_unique<RawServer>([this, answering](RawConnection& connection, int) {
      for (;;) {
        const std::string head = connection.readHead();
        if (head.empty()) return;
        {
          std::lock_guard lock(mutex_);
          const auto at = head.find("X-Shopkeeper-Deadline-Ms: ");
          told_.push_back(at == head.npos ? -1 : std::stol(head.substr(at + 26)));
          fields_ += testing::countOf(head, "eadline-");
        }
        if (answering) connection.write(fixedResponse(200, "", "ok"));
      }
    });
  }
  Answer ask(std::uint16_t port, const std::string& fields, const std::string& host = "search") {
    RawClient client(port);
    client.send("GET /v1/x HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n");
    return readAnswer(client);
  }
  std::vector<long> told() {
    std::lock_guard lock(mutex_);
    return told_;
  }

  std::mutex mutex_;
  std::vector<long> told_;
  std::size_t fields_ = 0;
};

TEST_F(DeadlineTest, EachHopPassesOnWhatIsLeft) {
  const auto service = endpoint();
  start(service->port());
  upstream("search", {"127.0.0.1:" + std::to_string(service->port())}, milliseconds(3'000));
  EXPECT_EQ(ask(egress(), "").status, 200);
  EXPECT_EQ(ask(egress(), "X-Shopkeeper-Deadline-Ms: 2000\r\n").status, 200);
  EXPECT_EQ(ask(egress(), "X-Shopkeeper-Deadline-Ms: 90000\r\n").status, 200);
  EXPECT_EQ(
      ask(ingress(), "x-shopkeeper-deadline-ms: 2000\r\nX-Shopkeeper-Deadline-Ms: 1500\r\n").status,
      200);
  EXPECT_EQ(ask(ingress(), "X-Shopkeeper-Deadline-Ms: soon\r\n").status, 200);
  const std::vector<long> most{3'000, 2'000, 3'000, 1'500, 10'000};
  ASSERT_EQ(told().size(), most.size());
  for (std::size_t i = 0; i < most.size(); ++i) {
    EXPECT_LE(told()[i], most[i]) << i;
    EXPECT_GT(told()[i], 0) << i;
  }
  EXPECT_EQ(fields_, most.size()) << "one field a request";
}

TEST_F(DeadlineTest, NothingLeftIs504AtOnceWithoutATry) {
  const auto service = endpoint();
  start(service->port());
  upstream("search", {"127.0.0.1:" + std::to_string(service->port())});
  for (const std::uint16_t port : {ingress(), egress()}) {
    const Answer answer = ask(port, "X-Shopkeeper-Deadline-Ms: 0\r\n");
    EXPECT_EQ(answer.status, 504);
    EXPECT_TRUE(answer.has("X-Shopkeeper-Error: timeout"));
  }
  EXPECT_TRUE(told().empty());
}

TEST_F(DeadlineTest, ACallerInAHurryGetsItsEndpointsNotEjected) {
  const auto hanging = endpoint(/*answering=*/false);
  start(hanging->port());
  upstream("search", {"127.0.0.1:" + std::to_string(hanging->port())}, milliseconds(60'000));
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(ask(egress(), "X-Shopkeeper-Deadline-Ms: 30\r\n").status, 504) << i;
  }
  EXPECT_EQ(view("search").endpoints[0].ejections, 0u);
  EXPECT_EQ(view("search").endpoints[0].counts.errors, 0u);
}

}  // namespace
}  // namespace shopkeeper::sidecar
