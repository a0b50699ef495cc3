#include "operator/control/tls_keeper.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/testing/manual_clock.h"
#include "tests/testing/kube_doubles.h"

namespace shopkeeper::control {
namespace {

using namespace std::chrono_literals;

struct TlsKeeperTest : ::testing::Test {
  shopkeeper::testing::ManualClock clock;
  shopkeeper::testing::MemoryClient client;
  int changes = 0;

  TlsKeeper keeper() {
    TlsPolicy policy;
    policy.dnsNames = {"operator.svc"};
    return TlsKeeper({{"system", "tls"}, policy}, client, clock,
                     [this](const TlsMaterial&) { ++changes; });
  }
};

TEST_F(TlsKeeperTest, TheLeaderMakesItOnceAndOthersReadTheSame) {
  auto leader = keeper();
  ASSERT_TRUE(leader.tick(true, {}));
  ASSERT_TRUE(leader.tick(true, {}));
  EXPECT_EQ(client.writes(), 1);
  EXPECT_EQ(changes, 1);
  auto follower = keeper();
  ASSERT_TRUE(follower.tick(false, {}));
  EXPECT_EQ(follower.material(), leader.material());
  EXPECT_EQ(client.writes(), 1);
}

TEST_F(TlsKeeperTest, FollowersNeverMakeIt) {
  auto follower = keeper();
  EXPECT_FALSE(follower.tick(false, {}));
  EXPECT_FALSE(follower.material());
  EXPECT_EQ(client.writes(), 0);
}

TEST_F(TlsKeeperTest, ANewLeaderGoesOnWithTheOldAuthority) {
  auto first = keeper();
  ASSERT_TRUE(first.tick(true, {}));
  auto second = keeper();
  ASSERT_TRUE(second.tick(true, {}));
  EXPECT_EQ(second.material(), first.material());
}

TEST_F(TlsKeeperTest, RenewsInTimeAndReplacesTheSecret) {
  auto leader = keeper();
  ASSERT_TRUE(leader.tick(true, {}));
  const auto before = leader.material();
  clock.advance(24h * 61);
  ASSERT_TRUE(leader.tick(true, {}));
  EXPECT_NE(leader.material()->serving, before->serving);
  EXPECT_EQ(leader.material()->authority, before->authority);
  EXPECT_EQ(client.writes(), 2);
}

TEST_F(TlsKeeperTest, KeepsWhatItHasWhileTheApiServerIsAway) {
  auto leader = keeper();
  ASSERT_TRUE(leader.tick(true, {}));
  client.interfere = [](const std::string&, const kube::Call&) -> Status {
    return Error(ErrorCode::Unavailable, "away");
  };
  EXPECT_FALSE(leader.tick(true, {}));
  EXPECT_TRUE(leader.material());
  EXPECT_EQ(changes, 1);
}

TEST_F(TlsKeeperTest, AnUnreadableSecretIsMadeAnew) {
  ASSERT_TRUE(
      client.create(kube::resources::secrets(),
                    shopkeeper::testing::makeObject(kube::resources::secrets(), {"system", "tls"},
                                                    {{"data", {{"ca.crt", "bm90IGE="}}}}),
                    {}, ""));
  auto leader = keeper();
  ASSERT_TRUE(leader.tick(true, {}));
  EXPECT_TRUE(leader.material());
}

}  // namespace
}  // namespace shopkeeper::control
