// Mutual TLS between sidecars: who is turned away, and how one learns of it.
#include <gmock/gmock.h>

#include "tests/integration/sidecar/mesh_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TestCa;
using testing::TestIdentity;

constexpr const char* kSearch = "URI:spiffe://demo.shop/search";
constexpr const char* kUi = "URI:spiffe://demo.shop/ui";

class MeshRefusalTest : public MeshTest {
 protected:
  void SetUp() override {
    service_ = std::make_unique<Backend>("service");
    startPeer(service_->port(), identity("peer", ca_, MeshMode::Strict, "search"));
  }
  // `who` calls the peer directly.
  void expectRefused(const TestIdentity* who, MeshRefusal why) {
    const auto before = refused(peer_->ingressCounts(), why);
    TlsClient client(peer(), who);
    EXPECT_EQ(client.get("/v1/x"), 0);
    EXPECT_TRUE(eventually([&] { return refused(peer_->ingressCounts(), why) == before + 1; }))
        << toString(why);
    EXPECT_EQ(service_->requests(), 0);
  }

  std::unique_ptr<Backend> service_;
};

TEST_F(MeshRefusalTest, ThePeersOfTheGuideAreTaken) {
  const auto ui = ca_.issue("ui", {kUi});
  TlsClient client(peer(), &ui);
  EXPECT_EQ(client.get("/v1/x"), 200);
}

TEST_F(MeshRefusalTest, CallersThatDoNotBelongAreRefused) {
  ::testing::internal::CaptureStderr();
  expectRefused(nullptr, MeshRefusal::NoCertificate);
  const auto expired = ca_.issue("ui", {kUi}, seconds(-10));
  expectRefused(&expired, MeshRefusal::Expired);
  TestCa other;
  const auto foreign = other.issue("ui", {kUi});
  expectRefused(&foreign, MeshRefusal::Authority);
  const auto neighbour = ca_.issue("ui", {"URI:spiffe://demo2.shop/ui"});
  expectRefused(&neighbour, MeshRefusal::Name);
  const auto nameless = ca_.issue("ui", {"DNS:demo.shop"});
  expectRefused(&nameless, MeshRefusal::Name);
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, AllOf(HasSubstr("it showed no certificate"),
                         HasSubstr("its certificate has expired or is not valid yet"),
                         HasSubstr("its certificate was not issued by this guide's authority"),
                         HasSubstr("its certificate names another guide"), HasSubstr("127.0.0.1")));
  EXPECT_EQ(countOf(log, "names another guide"), 1u) << "not a line for each";
}

TEST_F(MeshRefusalTest, PlainCallersAreClosedWithoutAnAnswer) {
  RawClient client(peer());
  client.send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
  EXPECT_EQ(client.readAll(), "");
  EXPECT_TRUE(client.closedByPeer());
  EXPECT_EQ(refused(peer_->ingressCounts(), MeshRefusal::Plain), 1u);
  startCaller({});
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 502);
  EXPECT_EQ(service_->requests(), 0);
}

TEST_F(MeshRefusalTest, ACallerThatSaysNothingOrNonsenseIsCut) {
  config_.ingress.limits.headerTimeout = std::chrono::milliseconds(200);
  startPeer(service_->port(), identity("peer", ca_, MeshMode::Strict, "search"));
  RawClient slow(peer());
  slow.send("\x16\x03\x01");
  EXPECT_EQ(slow.readAll(), "");
  EXPECT_TRUE(slow.closedByPeer());
  RawClient nonsense(peer());
  nonsense.send("\x16" + std::string(100, 'x'));
  EXPECT_TRUE((nonsense.readAll(), nonsense.closedByPeer()));
  EXPECT_TRUE(
      eventually([&] { return refused(peer_->ingressCounts(), MeshRefusal::Broken) == 2; }));
  EXPECT_TRUE(eventually([&] { return peer_->ingressCounts().open == 0; }));
}

TEST_F(MeshRefusalTest, CalledSidecarsThatDoNotBelongAreRefusedInEitherMode) {
  TestCa other;
  const std::string trusted = ca_.certificate();
  const auto wrong = ca_.issue("peer", {"URI:spiffe://demo.shop/knowledge"});
  const auto foreign = other.issue("peer", {kSearch});
  const auto expired = ca_.issue("peer", {kSearch}, seconds(-10));
  for (const MeshMode mode : {MeshMode::Strict, MeshMode::Permissive}) {
    startCaller(identity("caller", ca_, mode, "ui"));
    int calls = 0;
    for (const auto& [who, why] :
         {std::pair{&wrong, MeshRefusal::Name}, std::pair{&foreign, MeshRefusal::Authority},
          std::pair{&expired, MeshRefusal::Expired}}) {
      startPeer(service_->port(), mount("peer" + std::to_string(calls++), mode, *who, trusted));
      EXPECT_EQ(get(egress(), "/v1/x", "search").status, 503);
      EXPECT_EQ(refused(plane_->egressCounts(), why), 1u) << toString(why);
    }
  }
  EXPECT_EQ(service_->requests(), 0);
}

TEST_F(MeshRefusalTest, ThePeerSaysThatItsOwnCertificateWasNotTaken) {
  TestCa other;
  startCaller(mount("caller", MeshMode::Strict, ca_.issue("ui", {kUi}), other.certificate()));
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 503);
  EXPECT_TRUE(eventually([&] { return refused(peer_->ingressCounts(), MeshRefusal::Ours) == 1; }));
}

TEST_F(MeshRefusalTest, APeerThatDoesNotAnswerTheHandshakeIsGivenUpAndHoldsUpNobody) {
  std::atomic<int> left{0};
  RawServer silent(
      [&](RawConnection& connection, int) { left += connection.waitForClose(20'000); });
  startCaller(identity("caller", ca_, MeshMode::Permissive, "ui"));
  std::vector<wire::Upstream> upstreams(2);
  for (auto& each : upstreams) each.endpoints.resize(1);
  upstreams[0].name = "knowledge";
  upstreams[0].endpoints[0].address = "127.0.0.1:" + std::to_string(silent.port());
  upstreams[1].name = "search";
  upstreams[1].endpoints[0].address = "127.0.0.1:" + std::to_string(peer());
  table_.apply(upstreams);
  RawClient waiting(egress());
  waiting.send("GET /v1/x HTTP/1.1\r\nHost: knowledge\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return silent.connections() == 1; }));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200);
  EXPECT_EQ(readAnswer(waiting).status, 503);
  EXPECT_EQ(refused(plane_->egressCounts(), MeshRefusal::Broken), 1u);
  EXPECT_TRUE(eventually([&] { return left == 1; }));
}

TEST_F(MeshRefusalTest, AHandshakeThatOurOwnClientLeftIsNoRefusal) {
  std::atomic<bool> left{false};
  RawServer silent([&](RawConnection& connection, int) { left = connection.waitForClose(20'000); });
  config_.egress.connectTimeout = seconds(60);
  startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
  upstream("search", {"127.0.0.1:" + std::to_string(silent.port())}, seconds(60));
  {
    RawClient client(egress());
    client.send("GET /v1/x HTTP/1.1\r\nHost: search\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return silent.connections() == 1; }));
  }
  EXPECT_TRUE(eventually([&] { return left.load(); }));
  EXPECT_TRUE(eventually([&] { return plane_->egressCounts().inFlight == 0; }));
  for (const std::uint64_t each : plane_->egressCounts().refused) EXPECT_EQ(each, 0u);
  EXPECT_EQ(view("search").endpoints[0].counts.errors, 0u);
}

// A session that is resumed is not verified again by OpenSSL.
TEST_F(MeshRefusalTest, AnExpiredCertificateDoesNotComeInOnAResumedSession) {
  startCaller(
      mount("caller", MeshMode::Strict, ca_.issue("ui", {kUi}, seconds(3)), ca_.certificate()));
  peer_->announceDrain();  // a connection for each call
  EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200);
  EXPECT_TRUE(eventually([&] {
    get(egress(), "/v1/x", "search");
    return refused(peer_->ingressCounts(), MeshRefusal::Expired) > 0;
  }));
}

}  // namespace
}  // namespace shopkeeper::sidecar
