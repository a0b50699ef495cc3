#include "operator/control/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/control/tls_material.h"

namespace shopkeeper::control {
namespace {

using namespace std::chrono_literals;

const WallTime kNow{std::chrono::seconds(1'790'000'000)};
constexpr auto kDay = 24h;

TlsPolicy policy() {
  TlsPolicy policy;
  policy.dnsNames = {"shopkeeper-operator.shopkeeper-system.svc", "other.svc"};
  return policy;
}

TlsMaterial fresh(WallTime now = kNow) { return renew(std::nullopt, policy(), now).value(); }

TEST(Certificates, ServingCertificateIsSignedAndNamed) {
  const auto authority = makeAuthority("authority", {kNow, kNow + kDay}).value();
  const auto other = makeAuthority("authority", {kNow, kNow + kDay}).value();
  const auto serving = makeServing(authority, {"a.svc", "b.svc"}, {kNow, kNow + kDay}).value();
  EXPECT_TRUE(isSignedBy(serving, authority.certificate));
  EXPECT_FALSE(isSignedBy(serving, other.certificate));
  EXPECT_FALSE(isSignedBy({serving.certificate, other.key}, authority.certificate));
  const auto info = readCertificate(serving.certificate).value();
  EXPECT_THAT(info.dnsNames, testing::ElementsAre("a.svc", "b.svc"));
  EXPECT_EQ(info.validity.notBefore, kNow);
  EXPECT_EQ(info.validity.notAfter, kNow + kDay);
}

TEST(Certificates, RefuseWhatIsNone) {
  EXPECT_FALSE(readCertificate(""));
  EXPECT_FALSE(readCertificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  EXPECT_FALSE(makeServing({"x", "y"}, {"a.svc"}, {kNow, kNow + kDay}));
  EXPECT_FALSE(isSignedBy({"x", "y"}, "z"));
}

TEST(Certificates, NamesOfServicesMayBeLongerThanACommonName) {
  const auto authority = makeAuthority("authority", {kNow, kNow + kDay}).value();
  const std::string name = std::string(63, 'n') + ".svc";
  EXPECT_TRUE(makeServing(authority, {name}, {kNow, kNow + kDay}));
}

TEST(TlsMaterial, NothingIsDueRightAfterItWasMade) {
  const auto material = fresh();
  EXPECT_EQ(renew(material, policy(), kNow).value(), material);
  EXPECT_EQ(renew(material, policy(), kNow + 59 * kDay).value(), material);
}

TEST(TlsMaterial, ServingCertificateIsRenewedWhenAThirdIsLeft) {
  const auto material = fresh();
  const auto renewed = renew(material, policy(), kNow + 61 * kDay).value();
  EXPECT_EQ(renewed.authority, material.authority);
  EXPECT_NE(renewed.serving, material.serving);
  EXPECT_EQ(renewed.bundle(), material.bundle());
}

TEST(TlsMaterial, OtherNamesNeedAnotherCertificate) {
  auto other = policy();
  other.dnsNames = {"elsewhere.svc"};
  EXPECT_NE(renew(fresh(), other, kNow).value().serving, fresh().serving);
}

TEST(TlsMaterial, ANewAuthorityIsTrustedBeforeItSignsAndTheOldOneAfter) {
  const auto first = fresh();
  auto now = kNow + 600 * kDay;  // less than a quarter of two years is left
  const auto announced = renew(first, policy(), now).value();
  ASSERT_TRUE(announced.nextAuthority);
  EXPECT_EQ(announced.authority, first.authority);
  EXPECT_TRUE(isSignedBy(announced.serving, first.authority.certificate));
  EXPECT_THAT(announced.bundle(), testing::HasSubstr(announced.nextAuthority->certificate));

  EXPECT_EQ(renew(announced, policy(), now + 23h).value(), announced);
  const auto switched = renew(announced, policy(), now + 25h).value();
  EXPECT_EQ(switched.authority, *announced.nextAuthority);
  EXPECT_FALSE(switched.nextAuthority);
  EXPECT_TRUE(isSignedBy(switched.serving, switched.authority.certificate));
  // Whoever trusts any bundle of the way trusts both serving certificates around it.
  EXPECT_THAT(switched.bundle(), testing::HasSubstr(first.authority.certificate));

  now = kNow + 731 * kDay;
  const auto later = renew(switched, policy(), now).value();
  EXPECT_TRUE(later.previousAuthority.empty()) << "the old authority expired";
}

TEST(TlsMaterial, AfterMonthsAwayTheNextAuthorityTakesOver) {
  const auto announced = renew(fresh(), policy(), kNow + 600 * kDay).value();
  const auto back = renew(announced, policy(), kNow + 740 * kDay).value();
  EXPECT_EQ(back.authority, *announced.nextAuthority);
}

TEST(TlsMaterial, UnusableMaterialIsMadeAnew) {
  auto broken = fresh();
  broken.authority.key = "not a key";
  const auto made = renew(broken, policy(), kNow).value();
  EXPECT_NE(made.authority, broken.authority);
  EXPECT_TRUE(isSignedBy(made.serving, made.authority.certificate));
}

TEST(TlsMaterial, SecretRoundTrip) {
  const auto material = renew(fresh(), policy(), kNow + 600 * kDay).value();
  EXPECT_EQ(fromSecretData(toSecretData(material)).value(), material);
  EXPECT_FALSE(fromSecretData({{"tls.crt", "x"}}));
}

TEST(Base64, RoundTripAndErrors) {
  for (const std::string text :
       {"", "a", "ab", "abc", "abcd", std::string("\0\xff\n", 3).c_str()}) {
    EXPECT_EQ(base64Decode(base64Encode(text)).value(), text);
  }
  EXPECT_EQ(base64Encode("hello"), "aGVsbG8=");
  EXPECT_FALSE(base64Decode("abc"));
  EXPECT_FALSE(base64Decode("!!!!"));
}

}  // namespace
}  // namespace shopkeeper::control
