#include "sidecar/proxy/deadline_wheel.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

class DeadlineWheelTest : public ::testing::Test {
 protected:
  // Runs until `done` or two seconds.
  template <class Fn>
  void runUntil(Fn done) {
    const auto limit = Steady::now() + std::chrono::seconds(20);
    while (!done() && Steady::now() < limit && io_.run_one_for(milliseconds(100)) > 0) {
    }
  }
  boost::asio::io_context io_{1};
  DeadlineWheel wheel_{io_};
};

TEST_F(DeadlineWheelTest, FiresOnceAndNeverEarly) {
  int fired = 0;
  Steady::time_point at;
  Deadline deadline(wheel_, [&] {
    ++fired;
    at = Steady::now();
  });
  const auto start = Steady::now();
  deadline.arm(milliseconds(70));
  EXPECT_TRUE(deadline.armed());
  runUntil([&] { return false; });
  EXPECT_EQ(fired, 1);
  EXPECT_GE(at - start, milliseconds(70));
  EXPECT_FALSE(deadline.armed());
}

TEST_F(DeadlineWheelTest, ArmingAgainReplacesAndDisarmingPrevents) {
  std::vector<char> fired;
  Deadline a(wheel_, [&] { fired.push_back('a'); });
  Deadline b(wheel_, [&] { fired.push_back('b'); });
  a.arm(milliseconds(20));
  b.arm(milliseconds(40));
  a.arm(milliseconds(100));
  b.disarm();
  runUntil([&] { return !fired.empty(); });
  EXPECT_EQ(fired, std::vector<char>{'a'});
}

TEST_F(DeadlineWheelTest, DeadlinesBeyondOneTurnOfTheWheelWait) {
  // 256 slots of 20 ms: these two share a slot, one turn apart.
  std::vector<char> fired;
  Deadline late(wheel_, [&] { fired.push_back('l'); });
  Deadline soon(wheel_, [&] { fired.push_back('s'); });
  const auto now = Steady::now();
  soon.armAt(now + milliseconds(100));
  late.armAt(now + milliseconds(100) + 256 * DeadlineWheel::kTick);
  runUntil([&] { return fired.size() == 2; });
  EXPECT_EQ(fired, (std::vector<char>{'s', 'l'}));
  EXPECT_GE(Steady::now() - now, 256 * DeadlineWheel::kTick);
}

TEST_F(DeadlineWheelTest, ACallbackMayDestroyOtherDeadlinesOfItsSlot) {
  const auto when = Steady::now() + milliseconds(50);
  std::vector<std::unique_ptr<Deadline>> deadlines;
  int fired = 0;
  for (int i = 0; i < 4; ++i) {
    deadlines.push_back(std::make_unique<Deadline>(wheel_, [&] {
      ++fired;
      for (auto& each : deadlines) {
        if (each != nullptr && each->armed()) each.reset();
      }
    }));
    deadlines.back()->armAt(when);
  }
  runUntil([&] { return false; });
  EXPECT_EQ(fired, 1);
}

TEST_F(DeadlineWheelTest, ACallbackMayArmItselfAgain) {
  int fired = 0;
  std::unique_ptr<Deadline> again;
  again = std::make_unique<Deadline>(wheel_, [&] {
    if (++fired < 3) again->arm(milliseconds(1));
  });
  again->arm(milliseconds(1));
  runUntil([&] { return false; });
  EXPECT_EQ(fired, 3);
}

TEST(StoppedDeadlineWheel, MayBeOutlivedByItsDeadlines) {
  boost::asio::io_context io(1);
  auto wheel = std::make_unique<DeadlineWheel>(io);
  int fired = 0;
  Deadline deadline(*wheel, [&] { ++fired; });
  deadline.arm(milliseconds(1));
  wheel->stop();
  EXPECT_FALSE(deadline.armed());
  deadline.arm(milliseconds(1));
  EXPECT_FALSE(deadline.armed());
  wheel.reset();
  io.run();
  EXPECT_EQ(fired, 0);
}

TEST_F(DeadlineWheelTest, WithNothingArmedTheLoopHasNothingToDo) {
  {
    Deadline deadline(wheel_, [] {});
    deadline.arm(milliseconds(30));
  }
  EXPECT_LE(io_.run_for(std::chrono::seconds(20)), 3u) << "one last tick, then rest";
}

}  // namespace
}  // namespace shopkeeper::sidecar
