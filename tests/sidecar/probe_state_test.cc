#include "sidecar/probe/probe_state.h"

#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

TEST(ProbeState, StartsUnhealthyAndSaysWhy) {
  const ProbeState state(2, 1);
  EXPECT_FALSE(state.healthy());
  EXPECT_EQ(state.reason(), "not probed yet");
}

TEST(ProbeState, ChangesOnTheThresholdsInARowOnly) {
  ProbeState state(2, 2);
  EXPECT_FALSE(state.onSuccess());
  EXPECT_FALSE(state.onFailure("refused"));
  EXPECT_FALSE(state.onSuccess());
  EXPECT_FALSE(state.healthy());
  EXPECT_TRUE(state.onSuccess());
  EXPECT_TRUE(state.healthy());

  EXPECT_FALSE(state.onFailure("refused"));
  EXPECT_TRUE(state.healthy());
  EXPECT_EQ(state.reason(), "refused");
  EXPECT_FALSE(state.onSuccess());
  EXPECT_EQ(state.reason(), "");
  EXPECT_FALSE(state.onFailure("refused"));
  EXPECT_TRUE(state.onFailure("answered 503"));
  EXPECT_FALSE(state.healthy());
  EXPECT_EQ(state.reason(), "answered 503");
  EXPECT_FALSE(state.onFailure("answered 503")) << "a change is told once";
}

TEST(ProbeState, AWrongAnswerIsProofEnough) {
  ProbeState state(3, 1);
  EXPECT_TRUE(state.onSuccess());
  EXPECT_TRUE(state.onFailure("answered 200 without \"ready\"", /*proven=*/true));
  EXPECT_FALSE(state.healthy());
  EXPECT_TRUE(state.onSuccess());
  EXPECT_FALSE(state.onFailure("refused")) << "other failures are counted as before";
  EXPECT_TRUE(state.healthy());
}

TEST(WhyNotWell, AsksForStatus200AndTheExpectedText) {
  EXPECT_EQ(whyNotWell(200, "", ""), "");
  EXPECT_EQ(whyNotWell(200, R"({"ready":true,"products":9})", R"("ready":true)"), "");
  EXPECT_EQ(whyNotWell(503, "ready", "ready"), "answered 503");
  EXPECT_EQ(whyNotWell(204, "", ""), "answered 204");
  EXPECT_EQ(whyNotWell(200, "maintenance", "ready"), "answered 200 without \"ready\"");
  EXPECT_EQ(whyNotWell(200, "Ready", "ready"), "answered 200 without \"ready\"");
}

TEST(WhyNotWell, QuotesAtMostEightyBytesOfWholeCharacters) {
  EXPECT_EQ(whyNotWell(200, "", std::string(80, 'x')),
            "answered 200 without \"" + std::string(80, 'x') + "\"");
  EXPECT_EQ(whyNotWell(200, "", std::string(81, 'x')),
            "answered 200 without \"" + std::string(80, 'x') + "...\"");
  const std::string umlaut = "\xC3\xA4";  // its two bytes are the 80th and the 81st
  EXPECT_EQ(whyNotWell(200, "", std::string(79, 'x') + umlaut),
            "answered 200 without \"" + std::string(79, 'x') + "...\"");
}

// A second outage must need as many failures as the first.
TEST(ProbeState, CountsStartOverAfterEachChange) {
  ProbeState state(3, 1);
  EXPECT_TRUE(state.onSuccess());
  for (int outage = 0; outage < 3; ++outage) {
    EXPECT_FALSE(state.onFailure("x"));
    EXPECT_FALSE(state.onFailure("x"));
    EXPECT_TRUE(state.onFailure("x"));
    EXPECT_TRUE(state.onSuccess());
  }
}

}  // namespace
}  // namespace shopkeeper::sidecar
