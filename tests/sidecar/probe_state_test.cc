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
