#include "operator/control/mesh_material.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shopkeeper::control {
namespace {

using namespace std::chrono_literals;

const WallTime kNow{std::chrono::seconds(1'790'000'000)};
constexpr auto kDay = 24h;

struct Mesh : ::testing::Test {
  static api::ShoppingGuide demo() {
    api::ShoppingGuide guide;
    guide.name = "demo";
    guide.ns = "shop";
    return guide;
  }
  Result<KeyPair> peer(const std::optional<KeyPair>& current, WallTime now) const {
    return renewPeer(current, authorities.authority, identity, policy, now);
  }
  const api::ShoppingGuide guide = demo();
  const TlsPolicy policy = meshPolicy(guide);
  const std::string identity = meshIdentity(guide, api::Component::Search);
  const TlsMaterial authorities = renewAuthorities(std::nullopt, policy, kNow).value();
};

TEST_F(Mesh, PeersAreNamedByUriAndSignedByTheGuide) {
  const auto pair = peer(std::nullopt, kNow).value();
  EXPECT_TRUE(isSignedBy(pair, authorities.authority.certificate));
  const auto info = readCertificate(pair.certificate).value();
  EXPECT_THAT(info.uris, testing::ElementsAre("spiffe://demo.shop/search"));
  EXPECT_THAT(info.dnsNames, testing::IsEmpty());
  EXPECT_EQ(info.validity.notAfter, kNow + 7 * kDay);
}

TEST_F(Mesh, PeersAreRenewedAtHalfTheirLife) {
  const auto pair = peer(std::nullopt, kNow).value();
  EXPECT_EQ(peer(pair, kNow + 3 * kDay).value(), pair);
  EXPECT_NE(peer(pair, kNow + 4 * kDay).value(), pair);
}

TEST_F(Mesh, AnotherNameOrAuthorityIsRenewed) {
  const auto pair = peer(std::nullopt, kNow).value();
  const auto other = renewAuthorities(std::nullopt, policy, kNow).value();
  EXPECT_NE(renewPeer(pair, other.authority, identity, policy, kNow).value(), pair);
  EXPECT_NE(renewPeer(pair, authorities.authority, "spiffe://demo.shop/ui", policy, kNow).value(),
            pair);
  EXPECT_TRUE(peer(KeyPair{"nonsense", ""}, kNow));
}

TEST_F(Mesh, AuthoritiesOverlapBeforeTheNextOneSigns) {
  EXPECT_EQ(renewAuthorities(authorities, policy, kNow + 240 * kDay).value(), authorities);
  const auto both = renewAuthorities(authorities, policy, kNow + 250 * kDay).value();
  ASSERT_TRUE(both.nextAuthority);
  EXPECT_EQ(both.authority, authorities.authority);
  EXPECT_THAT(both.bundle(), testing::HasSubstr(both.nextAuthority->certificate));
  const auto after = renewAuthorities(both, policy, kNow + 252 * kDay).value();
  EXPECT_EQ(after.authority, *both.nextAuthority);
  EXPECT_THAT(after.bundle(), testing::HasSubstr(authorities.authority.certificate))
      << "what the former one signed is still trusted";
}

TEST_F(Mesh, LongNamesFit) {
  auto longest = guide;
  longest.name = std::string(40, 'a');
  longest.ns = std::string(63, 'b');
  const auto its = meshPolicy(longest);
  const auto authority = renewAuthorities(std::nullopt, its, kNow);
  ASSERT_TRUE(authority) << authority.error().message();
  EXPECT_TRUE(renewPeer(std::nullopt, authority->authority,
                        meshIdentity(longest, api::Component::Recommendation), its, kNow));
}

}  // namespace
}  // namespace shopkeeper::control
