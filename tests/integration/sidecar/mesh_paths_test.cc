// Mutual TLS between sidecars: whatever sends a request by more than one way sends it by TLS.
#include <list>

#include "tests/integration/sidecar/mesh_fixture.h"

namespace shopkeeper::sidecar {
namespace {

// Peers are strict: what comes to them without TLS is refused and counted.
class MeshPathsTest : public MeshTest {
 protected:
  MeshPathsTest() {
    spec_.name = "search";
    spec_.policy.slowStartMs = 0;
  }
  ~MeshPathsTest() override {
    plane_.reset();
    peers_.clear();
  }

  void addPeer(int service, const std::string& version = "") {
    SidecarConfig config = config_;
    config.component = "search";
    config.ingress.service = {"127.0.0.1", static_cast<std::uint16_t>(service)};
    config.mesh = identity("peer", ca_, MeshMode::Strict, "search");
    auto plane = DataPlane::start(config, states_.emplace_back(), table_, systemClock());
    ASSERT_TRUE(plane) << plane.error().message();
    wire::Endpoint endpoint;
    endpoint.address = "127.0.0.1:" + std::to_string((*plane)->ingressPort());
    endpoint.version = version;
    spec_.endpoints.push_back(endpoint);
    peers_.push_back(std::move(*plane));
  }
  void begin() {
    table_.apply({spec_});
    startCaller(identity("caller", ca_, MeshMode::Strict, "ui"));
  }
  // Nobody was refused, and all that came is secured.
  void expectAllByTls() const {
    for (const auto& peer : peers_) {
      const DoorCounts counts = peer->ingressCounts();
      EXPECT_GT(counts.secured, 0u);
      EXPECT_EQ(counts.secured, counts.accepted);
      for (const std::uint64_t each : counts.refused) EXPECT_EQ(each, 0u);
    }
    for (const std::uint64_t each : plane_->egressCounts().refused) EXPECT_EQ(each, 0u);
  }

  wire::Upstream spec_;
  std::list<SharedState> states_;
  std::vector<std::unique_ptr<DataPlane>> peers_;
};

TEST_F(MeshPathsTest, HedgesGoByTls) {
  std::atomic<bool> racing{false};
  std::atomic<int> arrivals{0};
  std::vector<std::unique_ptr<RawServer>> services;
  spec_.policy.hedge = {50, 20};
  for (int i = 0; i < 2; ++i) {
    services.push_back(std::make_unique<RawServer>([&](RawConnection& connection, int) {
      while (!connection.readRequest().empty()) {
        const bool hangs = racing && ++arrivals == 1;
        if (hangs) {
          connection.waitForClose(20'000);
          return;
        }
        connection.write(fixedResponse(200, "", "x"));
      }
    }));
    addPeer(services.back()->port());
  }
  begin();
  for (int i = 0; i < 30; ++i) ASSERT_EQ(get(egress(), "/", "search").status, 200);
  for (auto& peer : peers_) peer->announceDrain();  // so that the hedge has to dial
  for (int i = 0; i < 4; ++i) ASSERT_EQ(get(egress(), "/", "search").status, 200);
  const auto before = view("search").hedges.won;
  racing = true;
  EXPECT_EQ(get(egress(), "/", "search").status, 200);
  EXPECT_EQ(view("search").hedges.won, before + 1);
  expectAllByTls();
  plane_.reset();
}

TEST_F(MeshPathsTest, RetriesGoByTls) {
  RawServer broken([](RawConnection& connection, int) { connection.readRequest(); });
  Backend service("service");
  addPeer(broken.port());
  addPeer(service.port());
  begin();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200) << i;
  EXPECT_GT(view("search").endpoints[0].counts.errors, 0u);
  expectAllByTls();
}

TEST_F(MeshPathsTest, MirrorsGoByTls) {
  Backend now("now"), next("next");
  addPeer(now.port(), "1");
  addPeer(next.port(), "2");
  spec_.revisions = {{"2", 0}, {"1", 10'000}};
  spec_.mirrors = {{"2", 100, true}};
  begin();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200);
  EXPECT_TRUE(eventually([&] {
    const MirrorView copies = view("search").mirrors.at(0);
    return copies.different == copies.sent && copies.sent > 0;  // each says its own name
  }));
  EXPECT_EQ(next.requests(), 5);
  expectAllByTls();
}

// An ejected endpoint comes back by one real request.
TEST_F(MeshPathsTest, ProbingRequestsGoByTls) {
  Backend steady("steady"), flapping("flapping");
  addPeer(steady.port());
  addPeer(flapping.port());
  begin();
  flapping.kill();
  const auto ejected = [&] {
    get(egress(), "/v1/x", "search");
    return view("search").endpoints[1].ejections > 0;
  };
  ASSERT_TRUE(eventually(ejected));
  flapping.revive();
  const int before = flapping.requests();
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(get(egress(), "/v1/x", "search").status, 200);
    return flapping.requests() > before;
  }));
  expectAllByTls();
}

}  // namespace
}  // namespace shopkeeper::sidecar
