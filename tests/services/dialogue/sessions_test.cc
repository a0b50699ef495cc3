#include "services/dialogue/store/sessions.h"

#include <gtest/gtest.h>

#include "common/testing/manual_clock.h"

namespace shopkeeper::dialogue {
namespace {

Context about(const std::string& product) {
  Context context;
  context.product = product;
  return context;
}

TEST(Sessions, KeepsTheMostRecentlyUsed) {
  testing::ManualClock clock;
  Sessions sessions(clock, 2);
  sessions.put("a", about("1"));
  sessions.put("b", about("2"));
  sessions.put("a", about("3"));
  sessions.put("c", about("4"));
  EXPECT_EQ(sessions.size(), 2u);
  EXPECT_EQ(sessions.get("a").product, "3");
  EXPECT_EQ(sessions.get("b").product, "");
  EXPECT_EQ(sessions.get("c").product, "4");
}

TEST(Sessions, ForgetsAfterALifetimeOfSilence) {
  testing::ManualClock clock;
  Sessions sessions(clock, 10, std::chrono::minutes(5));
  sessions.put("a", about("1"));
  clock.advance(std::chrono::minutes(6));
  EXPECT_EQ(sessions.get("a").product, "");
  EXPECT_EQ(sessions.size(), 0u);
}

}  // namespace
}  // namespace shopkeeper::dialogue
