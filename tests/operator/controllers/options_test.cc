#include "operator/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/identity.h"

namespace shopkeeper {
namespace {

ParsedCommandLine parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "shopkeeper-operator");
  return parseCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, HaveDefaults) {
  const auto parsed = parse({});
  ASSERT_TRUE(parsed.options) << parsed.text;
  EXPECT_EQ(parsed.options->control.port, 8443);
  EXPECT_EQ(parsed.options->leaseDuration, std::chrono::seconds(15));
  EXPECT_THAT(parsed.options->sidecarImage, testing::StartsWith("shopkeeper/sidecar:"));
  EXPECT_TRUE(parsed.options->leaderElect);
}

TEST(Options, AreRead) {
  const auto parsed =
      parse({"--watch-namespaces=a,b", "--image-registry=r.example/x", "--control-listen=[::]:9443",
             "--lease-duration=3s", "--no-leader-elect", "--log-level=debug"});
  ASSERT_TRUE(parsed.options) << parsed.text;
  EXPECT_THAT(parsed.options->watchNamespaces, testing::ElementsAre("a", "b"));
  EXPECT_THAT(parsed.options->sidecarImage, testing::StartsWith("r.example/x/sidecar:"));
  EXPECT_EQ(parsed.options->control.host, "::");
  EXPECT_EQ(parsed.options->control.port, 9443);
  EXPECT_EQ(parsed.options->leaseDuration, std::chrono::seconds(3));
  EXPECT_FALSE(parsed.options->leaderElect);
}

TEST(Options, MistakesAreNamed) {
  for (const auto& [flag, expected] :
       {std::pair{"--control-listen=8443", "--control-listen"},
        std::pair{"--lease-duration=soon", "--lease-duration"},
        std::pair{"--log-level=loud", "--log-level"}, std::pair{"--workers=0", "--workers"},
        std::pair{"--nothing", "--nothing"}}) {
    const auto parsed = parse({flag});
    EXPECT_FALSE(parsed.options) << flag;
    EXPECT_NE(parsed.exitCode, 0) << flag;
    EXPECT_THAT(parsed.text, testing::HasSubstr(expected));
  }
}

TEST(Options, HelpIsNoMistake) {
  const auto parsed = parse({"--help"});
  EXPECT_FALSE(parsed.options);
  EXPECT_EQ(parsed.exitCode, 0);
  EXPECT_THAT(parsed.text, testing::HasSubstr("--image-registry"));
}

TEST(Identity, CarriesTheAddress) {
  EXPECT_EQ(addressOf(makeIdentity("operator-1", "10.0.0.7", 8443, "ab")), "10.0.0.7:8443");
  EXPECT_EQ(addressOf(makeIdentity("operator-1", "2001:db8::7", 8443, "ab")), "[2001:db8::7]:8443");
  EXPECT_EQ(addressOf("somebody-else"), "");
  EXPECT_EQ(addressOf("a_b"), "");
}

}  // namespace
}  // namespace shopkeeper
