// Mutual TLS between sidecars: certificates and authorities change under load.
#include <atomic>
#include <thread>

#include "tests/integration/sidecar/mesh_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using testing::TestCa;
using testing::TestIdentity;

constexpr const char* kSearch = "URI:spiffe://demo.shop/search";
constexpr const char* kUi = "URI:spiffe://demo.shop/ui";

// Calls, one after the other.
class Load {
 public:
  explicit Load(std::function<int()> call)
      : thread_([this, call = std::move(call)] {
          while (!stop_) {
            ++calls_;
            if (call() != 200) ++failed_;
          }
        }) {}
  ~Load() {
    stop_ = true;
    thread_.join();
  }
  int calls() const { return calls_; }
  int failed() const { return failed_; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<int> calls_{0};
  std::atomic<int> failed_{0};
  std::thread thread_;
};

class MeshRotationTest : public MeshTest {
 protected:
  // Mounts for both, then waits until both have taken them.
  void rotate(TestCa& signer, const std::string& trusted) {
    const auto wanted = std::max(plane_->mesh()->generation, peer_->mesh()->generation) + 1;
    peerIdentity_ = signer.issue("peer", {kSearch});
    mount("peer", MeshMode::Strict, peerIdentity_, trusted);
    mount("caller", MeshMode::Strict, signer.issue("ui", {kUi}), trusted);
    ASSERT_TRUE(eventually([&] {
      return peer_->mesh()->generation >= wanted && plane_->mesh()->generation >= wanted;
    }));
  }

  void rotateUnderLoad() {
    Backend service("service");
    startPeer(service.port(), identity("peer", ca_, MeshMode::Strict, "search"));
    startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
    if (closing_) peer_->announceDrain();  // a connection for each call
    TestCa next;
    const std::string both = ca_.certificate() + next.certificate();
    {
      RawClient kept(egress());
      Load reads([&] {
        kept.send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
        return readAnswer(kept).status;
      });
      Load writes([&] { return get(egress(), "/v1/x", "search", "POST", "x").status; });
      const auto goesOn = [&] {
        const int read = reads.calls();
        const int written = writes.calls();
        EXPECT_TRUE(
            eventually([&] { return reads.calls() > read + 50 && writes.calls() > written + 50; }));
      };
      goesOn();
      rotate(ca_, both);  // the next authority is trusted before it signs
      goesOn();
      rotate(next, both);
      goesOn();
      rotate(next, next.certificate());
      goesOn();
      EXPECT_EQ(reads.failed(), 0) << "of " << reads.calls();
      EXPECT_EQ(writes.failed(), 0) << "of " << writes.calls();
    }
    EXPECT_EQ(view("search").endpoints[0].counts.errors, 0u);
    for (std::size_t i = 0; i < kMeshRefusals; ++i) {
      EXPECT_EQ(peer_->ingressCounts().refused[i], 0u) << toString(static_cast<MeshRefusal>(i));
      EXPECT_EQ(plane_->egressCounts().refused[i], 0u) << toString(static_cast<MeshRefusal>(i));
    }
    // What is new now: the certificate shown, and who is trusted.
    const auto ui = next.issue("ui", {kUi});
    TlsClient client(peer(), &ui);
    EXPECT_EQ(client.get("/v1/x"), 200);
    EXPECT_EQ(client.peerSerial(), serialOf(peerIdentity_.certificate));
    const auto former = ca_.issue("ui", {kUi});
    TlsClient late(peer(), &former);
    EXPECT_EQ(late.get("/v1/x"), 0);
  }

  TestIdentity peerIdentity_;
  bool closing_ = false;
};

TEST_F(MeshRotationTest, RotationUnderLoadLosesNoRequestOfKeptConnections) {
  rotateUnderLoad();
  EXPECT_LE(peer_->ingressCounts().secured, 4u) << "kept ones go on";
}

TEST_F(MeshRotationTest, RotationUnderLoadLosesNoRequestOfNewConnections) {
  closing_ = true;
  rotateUnderLoad();
  EXPECT_GT(peer_->ingressCounts().secured, 100u);
}

TEST_F(MeshRotationTest, FilesThatDoNotWorkAreLeftUntilTheyDo) {
  Backend service("service");
  startPeer(service.port(), identity("peer", ca_, MeshMode::Strict, "search"));
  const auto ui = ca_.issue("ui", {kUi});
  TestIdentity torn = ca_.issue("peer", {kSearch});
  const TestIdentity whole = torn;
  torn.key = ca_.issue("x", {kSearch}).key;
  ::testing::internal::CaptureStderr();
  std::string log;
  mount("peer", MeshMode::Strict, torn, ca_.certificate());
  const bool said = eventually([&] {
    log += ::testing::internal::GetCapturedStderr();
    ::testing::internal::CaptureStderr();
    return log.find("mesh certificates not taken") != std::string::npos;
  });
  ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(said) << log;
  EXPECT_EQ(peer_->mesh()->generation, 1u);
  EXPECT_EQ(TlsClient(peer(), &ui).get("/v1/x"), 200) << "the old ones serve on";
  mount("peer", MeshMode::Strict, whole, ca_.certificate());
  EXPECT_TRUE(eventually([&] { return peer_->mesh()->generation == 2; }));
  TlsClient client(peer(), &ui);
  EXPECT_EQ(client.peerSerial(), serialOf(whole.certificate));
}

}  // namespace
}  // namespace shopkeeper::sidecar
