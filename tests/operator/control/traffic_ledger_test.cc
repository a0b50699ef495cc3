#include "operator/control/traffic_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/manual_clock.h"

namespace shopkeeper::control {
namespace {

using namespace std::chrono_literals;

const kube::ObjectKey kDemo{"shop", "demo"};

struct TrafficLedgerTest : ::testing::Test {
  using Counts = std::map<std::string, std::uint64_t>;
  using Shares = std::map<std::string, int>;

  // What `pod` has counted up to now: requests by version, requests by address.
  static wire::Heartbeat beat(const std::string& pod, const Counts& versions,
                              const Counts& addresses = {}) {
    wire::Heartbeat out;
    out.nameSpace = "shop";
    out.guide = "demo";
    out.pod = pod;
    for (const auto& [version, requests] : versions) {
      out.revisions.push_back({"search", version, requests, 0});
    }
    for (const auto& [address, requests] : addresses) {
      wire::EndpointReport report;
      report.upstream = "search";
      report.address = address;
      report.traffic.requests = requests;
      out.endpoints.push_back(report);
    }
    return out;
  }
  std::vector<kube::ObjectKey> tick() {
    return ledger.tick([this](const kube::ObjectKey&) { return standbys; });
  }
  Shares shares() { return ledger.view(kDemo).value_or(GuideTraffic())["search"].percentByVersion; }

  shopkeeper::testing::ManualClock clock;
  TrafficLedger ledger{{}, clock};
  std::set<std::string> standbys;
};

TEST_F(TrafficLedgerTest, SharesAreOfTheWindowNotOfAllTime) {
  ledger.observe(beat("ui-1", {{"1", 1'000'000}, {"2", 0}}));
  ledger.observe(beat("ui-2", {{"1", 0}, {"2", 500}}));
  clock.advance(5s);
  EXPECT_FALSE(ledger.view(kDemo)) << "nothing is known yet";
  ledger.observe(beat("ui-1", {{"1", 1'000'090}, {"2", 10}}));
  ledger.observe(beat("ui-2", {{"1", 90}, {"2", 510}}));
  EXPECT_THAT(tick(), ::testing::IsEmpty());
  clock.advance(5s);
  EXPECT_THAT(tick(), ::testing::ElementsAre(kDemo));
  EXPECT_EQ(shares(), (Shares{{"1", 90}, {"2", 10}}));
}

TEST_F(TrafficLedgerTest, AnEqualOrIdleWindowChangesNothing) {
  ledger.observe(beat("ui-1", {{"1", 0}, {"2", 0}}));
  ledger.observe(beat("ui-1", {{"1", 950}, {"2", 50}}));
  clock.advance(10s);
  EXPECT_EQ(tick().size(), 1u);
  ledger.observe(beat("ui-1", {{"1", 1'902}, {"2", 98}}));  // 95.2 : 4.8
  clock.advance(10s);
  EXPECT_THAT(tick(), ::testing::IsEmpty());
  ledger.observe(beat("ui-1", {{"1", 1'902}, {"2", 98}}));
  clock.advance(10s);
  EXPECT_THAT(tick(), ::testing::IsEmpty());
  EXPECT_EQ(shares(), (Shares{{"1", 95}, {"2", 5}}));
}

TEST_F(TrafficLedgerTest, OneVersionHasNoShares) {
  ledger.observe(beat("ui-1", {{"1", 0}}));
  ledger.observe(beat("ui-1", {{"1", 10}}));
  clock.advance(10s);
  tick();
  EXPECT_THAT(shares(), ::testing::IsEmpty());
}

TEST_F(TrafficLedgerTest, ARestartedSidecarBeginsAnew) {
  ledger.observe(beat("ui-1", {{"1", 500}, {"2", 500}}));
  ledger.observe(beat("ui-1", {{"1", 30}, {"2", 10}}));
  clock.advance(10s);
  tick();
  EXPECT_EQ(shares(), (Shares{{"1", 75}, {"2", 25}}));
}

TEST_F(TrafficLedgerTest, EjectedWithTheReasonOfMost) {
  const auto ejecting = [](const std::string& pod, const std::string& reason) {
    auto out = beat(pod, {}, {{"10.0.0.1:8080", 5}});
    out.endpoints[0].healthy = false;
    out.endpoints[0].reason = reason;
    return out;
  };
  ledger.observe(ejecting("ui-1", "time-outs"));
  ledger.observe(ejecting("ui-2", "refused"));
  ledger.observe(ejecting("ui-3", "time-outs"));
  ledger.observe(beat("ui-4", {}, {{"10.0.0.1:8080", 5}}));
  clock.advance(10s);
  EXPECT_EQ(tick().size(), 1u);
  const auto search = ledger.view(kDemo)->at("search");
  EXPECT_EQ(search.ejected.at("10.0.0.1:8080"), (UpstreamTraffic::Ejected{"time-outs", 3}));
  clock.advance(11s);
  EXPECT_EQ(tick().size(), 1u) << "sidecars that fell silent do not count";
  EXPECT_TRUE(ledger.view(kDemo)->empty());
}

TEST_F(TrafficLedgerTest, StandbyTrafficIsMeasured) {
  standbys = {"10.0.0.9:8080"};
  const auto window = [&](std::uint64_t primary, std::uint64_t standby) {
    ledger.observe(beat("ui-1", {}, {{"10.0.0.1:8080", primary}, {"10.0.0.9:8080", standby}}));
    clock.advance(10s);
    tick();
    return ledger.view(kDemo).value()["search"].standbyPercent;
  };
  EXPECT_EQ(window(0, 0), 0);
  EXPECT_EQ(window(999, 1), 1) << "any is worth telling";
  EXPECT_EQ(window(999, 51), 100);
  EXPECT_EQ(window(1'999, 51), 0);
}

TEST_F(TrafficLedgerTest, ForgetsAndRestarts) {
  ledger.observe(beat("ui-1", {}));
  clock.advance(10s);
  tick();
  EXPECT_TRUE(ledger.view(kDemo));
  ledger.forget(kDemo);
  EXPECT_FALSE(ledger.view(kDemo));
  ledger.observe(beat("ui-1", {}));
  ledger.restart();
  EXPECT_FALSE(ledger.view(kDemo));
}

TEST(ToPercents, AddUpToAHundred) {
  EXPECT_EQ(toPercents({{"a", 1}, {"b", 1}, {"c", 1}}),
            (std::map<std::string, int>{{"a", 33}, {"b", 33}, {"c", 34}}));
  EXPECT_EQ(toPercents({{"a", 0}}), (std::map<std::string, int>{{"a", 0}}));
}

}  // namespace
}  // namespace shopkeeper::control
