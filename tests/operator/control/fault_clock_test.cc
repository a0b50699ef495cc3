#include "operator/control/fault_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/manual_clock.h"

namespace shopkeeper::control {
namespace {

using namespace std::chrono_literals;

const kube::ObjectKey kDemo{"shop", "demo"};

wire::Fault fault(const std::string& id, int ttlMs) {
  wire::Fault out;
  out.id = id;
  out.component = "search";
  out.ttlMs = ttlMs;
  return out;
}

std::vector<std::string> idsOf(const FaultClock::Live& live) {
  std::vector<std::string> out;
  for (const auto& one : live.faults) out.push_back(one.id);
  return out;
}

TEST(FaultClock, AFaultEndsThoughItsOrderStays) {
  testing::ManualClock clock;
  FaultClock faults(clock);
  const std::vector<wire::Fault> ordered = {fault("short", 1'000), fault("long", 5'000)};
  auto live = faults.live(kDemo, ordered);
  EXPECT_THAT(idsOf(live), ::testing::ElementsAre("short", "long"));
  EXPECT_EQ(live.nextEnd, Duration(1s));
  clock.advance(1s);
  live = faults.live(kDemo, ordered);
  EXPECT_THAT(idsOf(live), ::testing::ElementsAre("long"));
  EXPECT_EQ(live.nextEnd, Duration(4s));
  clock.advance(1h);
  live = faults.live(kDemo, ordered);
  EXPECT_THAT(live.faults, ::testing::IsEmpty());
  EXPECT_FALSE(live.nextEnd);
}

TEST(FaultClock, AnIdThatIsOrderedAnewIsAnotherFault) {
  testing::ManualClock clock;
  FaultClock faults(clock);
  faults.live(kDemo, {fault("a", 1'000)});
  clock.advance(2s);
  EXPECT_THAT(faults.live(kDemo, {}).faults, ::testing::IsEmpty());
  EXPECT_THAT(idsOf(faults.live(kDemo, {fault("a", 1'000)})), ::testing::ElementsAre("a"));
}

TEST(FaultClock, GuidesShareNothing) {
  testing::ManualClock clock;
  FaultClock faults(clock);
  faults.live(kDemo, {fault("a", 1'000)});
  clock.advance(2s);
  EXPECT_THAT(idsOf(faults.live({"shop", "other"}, {fault("a", 1'000)})),
              ::testing::ElementsAre("a"));
}

}  // namespace
}  // namespace shopkeeper::control
