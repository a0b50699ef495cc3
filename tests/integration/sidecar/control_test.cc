// The agent against a real TLS server that plays the operator.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "common/random.h"
#include "common/wire/directives.h"
#include "sidecar/agent/agent.h"
#include "sidecar/agent/directive_file.h"
#include "tests/integration/sidecar/proxy_fixture.h"
#include "tests/testing/fake_operator.h"
#include "tests/testing/test_pki.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using Operator = testing::FakeOperator;
using testing::TestCa;

// Answers out of a table that the test changes.
struct ResolverTable {
  std::mutex mutex;
  std::map<std::string, std::vector<std::string>> names;
  std::atomic<int> lookups{0};
};
class TableResolver final : public Resolver {
 public:
  explicit TableResolver(ResolverTable& table) : table_(table) {}
  boost::asio::awaitable<Result<std::vector<std::string>>> lookup(std::string name) override {
    ++table_.lookups;
    std::lock_guard lock(table_.mutex);
    const auto found = table_.names.find(name);
    if (found == table_.names.end()) {
      co_return Error(ErrorCode::NotFound, name + " has no address");
    }
    co_return found->second;
  }

 private:
  ResolverTable& table_;
};

class ControlTest : public ProxyTest {
 protected:
  ControlTest() {
    char name[] = "/tmp/control-XXXXXX";
    directory_ = ::mkdtemp(name);
    config_.stateDir = directory_;
    config_.control.serverName = Operator::kServerName;
    config_.control.caFile = directory_ + "/ca.crt";
    config_.control.tokenFile = directory_ + "/token";
    config_.control.interval = milliseconds(100);
    config_.probe.interval = milliseconds(50);
    config_.upstreams = {{"search", "demo-search.shop.svc", 8080, seconds(5), 20}};
    writeFile("ca.crt", ca_.certificate());
    writeFile("token", "first-token\n");
  }
  ~ControlTest() override {
    agent_.reset();
    plane_.reset();
    std::filesystem::remove_all(directory_);
  }
  void writeFile(const std::string& name, const std::string& content) {
    std::ofstream(directory_ + "/" + name + ".tmp") << content;
    std::filesystem::rename(directory_ + "/" + name + ".tmp", directory_ + "/" + name);
  }
  void startAgent(const std::string& control, int service = 1) {
    config_.control.address = *parseHostPort(control);
    start(service);
    agent_ = std::make_unique<Agent>(AgentParts{
        .config = config_,
        .identity = {"ui-0", "node-1"},
        .state = state_,
        .table = table_,
        .service = plane_->service(),
        .clock = systemClock(),
        .random = systemRandom(),
        .makeResolver = [this](auto&) { return std::make_unique<TableResolver>(names_); }});
    agent_->start();
  }
  wire::Directives directives(std::uint64_t generation, const std::vector<std::string>& addresses) {
    wire::Directives made{"demo", "shop", generation, {}};
    wire::Upstream search;
    search.name = "search";
    for (const auto& address : addresses) {
      wire::Endpoint endpoint;
      endpoint.pod = "search-" + std::to_string(search.endpoints.size());
      endpoint.address = address;
      search.endpoints.push_back(endpoint);
    }
    made.upstreams.push_back(search);
    return made;
  }
  void learn(const std::string& name, std::vector<std::string> addresses) {
    std::lock_guard lock(names_.mutex);
    names_.names[name] = std::move(addresses);
  }
  std::uint64_t generation() const { return state_.control().generation; }

  TestCa ca_;
  std::string directory_;
  ResolverTable names_;
  std::unique_ptr<Agent> agent_;
};

TEST_F(ControlTest, DirectivesArriveAreServedReportedAndStored) {
  Operator op(ca_);
  Backend search("search");
  op.give(directives(7, {search.address()}));
  startAgent(op.address());
  ASSERT_TRUE(eventually([&] { return generation() == 7; })) << state_.control().lastError;
  EXPECT_EQ(get(egress(), "/", "search").status, 200);
  ASSERT_TRUE(eventually([&] {
    return op.last().appliedGeneration == 7 && !op.last().endpoints.empty() &&
           op.last().endpoints[0].traffic.requests >= 1;
  }));
  const wire::Heartbeat beat = op.last();
  EXPECT_EQ(beat.guide, "demo");
  EXPECT_EQ(beat.pod, "ui-0");
  EXPECT_EQ(beat.node, "node-1");
  EXPECT_EQ(beat.endpoints[0].address, search.address());
  EXPECT_TRUE(beat.endpoints[0].healthy);
  EXPECT_FALSE(beat.serviceHealthy);
  EXPECT_FALSE(state_.control().fallback);
  const auto stored = loadDirectives(directory_);
  ASSERT_TRUE(stored);
  EXPECT_EQ((*stored)->generation, 7u);
}

TEST_F(ControlTest, TheTokenIsReadAnewForEachHeartbeat) {
  Operator op(ca_);
  startAgent(op.address());
  ASSERT_TRUE(eventually([&] { return op.beats() > 0; }));
  op.expectToken("second-token");
  ASSERT_TRUE(eventually([&] { return state_.control().refusals > 0; }));
  EXPECT_THAT(state_.control().lastError, HasSubstr("401"));
  writeFile("token", "second-token");
  const int before = op.beats();
  EXPECT_TRUE(eventually([&] { return op.beats() > before; }));
}

TEST_F(ControlTest, ARedirectLeadsToTheLeader) {
  Operator leader(ca_), follower(ca_);
  follower.redirectTo(leader.address());
  leader.give(directives(9, {"10.0.0.1:8080"}));
  startAgent(follower.address());
  EXPECT_TRUE(eventually([&] { return generation() == 9; }));
  EXPECT_EQ(follower.beats(), 0);
  EXPECT_GE(state_.control().redirects, 1u);
}

TEST_F(ControlTest, AnOperatorThatIsNotTheOneNamedIsNotTold) {
  Operator impostor(ca_, 0, "DNS:elsewhere.svc");
  startAgent(impostor.address());
  ASSERT_TRUE(eventually([&] { return state_.control().failures > 1; }));
  EXPECT_EQ(impostor.beats(), 0);
  EXPECT_THAT(state_.control().lastError, HasSubstr("TLS handshake"));
}

TEST_F(ControlTest, ANewCaIsTakenWithoutARestart) {
  TestCa other;
  Operator op(other);
  startAgent(op.address());
  ASSERT_TRUE(eventually([&] { return state_.control().failures > 0; }));
  EXPECT_EQ(op.beats(), 0);
  writeFile("ca.crt", other.certificate());
  EXPECT_TRUE(eventually([&] { return op.beats() > 0; })) << state_.control().lastError;
}

TEST_F(ControlTest, WithoutAnOperatorDnsAndOurOwnChecksServe) {
  Backend search("search");
  config_.upstreams[0].port = search.port();
  learn("demo-search.shop.svc", {"127.0.0.1"});
  startAgent("127.0.0.1:1");
  EXPECT_TRUE(eventually([&] { return get(egress(), "/", "search").status == 200; }));
  EXPECT_TRUE(state_.control().fallback);
}

TEST_F(ControlTest, WhenTheOperatorGoesTheLastDirectivesStayAndDnsJoins) {
  Backend a("a"), b("b");
  auto op = std::make_unique<Operator>(ca_);
  const std::uint16_t port = op->port();
  op->give(directives(7, {a.address()}));
  config_.upstreams[0].port = b.port();
  learn("demo-search.shop.svc", {"127.0.0.1"});
  startAgent(op->address());
  ASSERT_TRUE(eventually([&] { return !state_.control().fallback; }));
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(get(egress(), "/", "search").has("X-Backend: a"));
  op.reset();
  ASSERT_TRUE(eventually([&] { return state_.control().fallback; }));
  EXPECT_EQ(generation(), 7u);
  EXPECT_TRUE(eventually([&] { return get(egress(), "/", "search").has("X-Backend: b"); }));
  a.kill();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(get(egress(), "/", "search").status, 200);

  op = std::make_unique<Operator>(ca_, port);
  EXPECT_TRUE(eventually([&] { return !state_.control().fallback; }));
}

TEST_F(ControlTest, StoredDirectivesServeBeforeAnyoneAnswers) {
  Backend search("search");
  ASSERT_TRUE(saveDirectives(directory_, directives(5, {search.address()})));
  startAgent("127.0.0.1:1");
  EXPECT_EQ(generation(), 5u);
  EXPECT_EQ(get(egress(), "/", "search").status, 200);
}

TEST_F(ControlTest, ADamagedStoreIsIgnored) {
  writeFile("directives.json", "{\"guide\":");
  Operator op(ca_);
  op.give(directives(3, {"10.0.0.1:8080"}));
  startAgent(op.address());
  EXPECT_TRUE(eventually([&] { return generation() == 3; }));
}

TEST_F(ControlTest, WrongDirectivesChangeNothing) {
  Operator op(ca_);
  op.give(directives(7, {"10.0.0.1:8080"}));
  startAgent(op.address());
  ASSERT_TRUE(eventually([&] { return generation() == 7; }));
  op.give(directives(8, {"10.0.0.1:8080", "not-an-address"}));
  ASSERT_TRUE(eventually([&] { return state_.control().directivesRefused > 0; }));
  EXPECT_EQ(generation(), 7u);
  op.give(directives(9, {"10.0.0.2:8080"}));
  EXPECT_TRUE(eventually([&] { return generation() == 9; }));
}

TEST_F(ControlTest, TheServicesHealthIsReported) {
  std::atomic<bool> well{true};
  Backend service("service", [&](const http::Request&) {
    http::Response response;
    response.status = well ? 200 : 500;
    return response;
  });
  Operator op(ca_);
  startAgent(op.address(), service.port());
  EXPECT_TRUE(eventually([&] { return op.last().serviceHealthy; }));
  well = false;
  EXPECT_TRUE(eventually([&] { return op.beats() > 0 && !op.last().serviceHealthy; }));
  EXPECT_THAT(op.last().serviceReason, HasSubstr("500"));
}

TEST_F(ControlTest, APokeSendsAtOnce) {
  Operator op(ca_);
  config_.control.interval = seconds(60);
  startAgent(op.address());
  ASSERT_TRUE(eventually([&] { return op.beats() >= 1; }));
  state_.setDraining();
  EXPECT_TRUE(eventually([&] {
    agent_->poke();
    return op.last().draining;
  }));
}

// Idle endpoints are asked on their admin port, so that a dead standby is known before it is used.
TEST_F(ControlTest, ADeadIdleEndpointIsFoundByChecksAlone) {
  Backend admin("admin");  // answers /readyz 200 at 127.0.0.1 only
  config_.egress.checkPort = admin.port();
  Operator op(ca_);
  op.give(directives(7, {"127.0.0.1:9", "127.0.0.77:9"}));
  startAgent(op.address());
  ASSERT_TRUE(eventually([&] { return generation() == 7; }));
  EXPECT_TRUE(eventually([&] {
    const auto endpoints = view("search").endpoints;
    return endpoints[0].state == EndpointHealth::State::Healthy &&
           endpoints[1].state == EndpointHealth::State::Ejected;
  }));
  EXPECT_THAT(view("search").endpoints[1].reason, HasSubstr("unreachable checks"));
}

}  // namespace
}  // namespace shopkeeper::sidecar
