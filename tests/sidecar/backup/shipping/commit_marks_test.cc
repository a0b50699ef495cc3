#include "sidecar/backup/shipping/commit_marks.h"

#include <gtest/gtest.h>

namespace shopkeeper::backup {
namespace {

using namespace std::chrono_literals;
using Marks = std::vector<CommitMark>;

constexpr LogSalt kOld{1}, kNew{2};

WallTime at(int seconds) { return WallTime(std::chrono::seconds(seconds)); }

TEST(CommitMarksTest, RemembersOnlyChanges) {
  CommitMarks marks;
  marks.note(kOld, at(1), 100);
  marks.note(kOld, at(2), 100);
  marks.note(kOld, at(3), 200);
  EXPECT_EQ(marks.take(kOld, 1'000), (Marks{{at(1), 100}, {at(3), 200}}));
  EXPECT_TRUE(marks.take(kOld, 1'000).empty());
  marks.note(kOld, at(4), 200);
  EXPECT_TRUE(marks.take(kOld, 1'000).empty());
}

TEST(CommitMarksTest, GivesThoseWithinWhatIsTaken) {
  CommitMarks marks;
  for (int i = 1; i <= 4; ++i) marks.note(kOld, at(i), static_cast<std::uint64_t>(i) * 100);
  EXPECT_EQ(marks.take(kOld, 250), (Marks{{at(1), 100}, {at(2), 200}}));
  EXPECT_TRUE(marks.seenBeyond(kOld, 300));
  EXPECT_FALSE(marks.seenBeyond(kOld, 400));
  EXPECT_EQ(marks.take(kOld, 400), (Marks{{at(3), 300}, {at(4), 400}}));
}

TEST(CommitMarksTest, ForgetsALogWithTheNextOne) {
  CommitMarks marks;
  marks.note(kOld, at(1), 100);
  marks.note(kNew, at(2), 0);
  marks.note(kNew, at(3), 50);
  EXPECT_EQ(marks.take(kNew, 1'000), (Marks{{at(3), 50}}));
  EXPECT_TRUE(marks.take(kOld, 1'000).empty());
}

TEST(CommitMarksTest, AClockThatIsSetBackStandsStill) {
  CommitMarks marks;
  marks.note(kOld, at(100), 100);
  marks.note(kOld, at(50), 200);
  EXPECT_EQ(marks.take(kOld, 1'000), (Marks{{at(100), 100}, {at(100), 200}}));
}

TEST(CommitMarksTest, TooManyBecomeCoarserAndKeepTheLast) {
  CommitMarks marks;
  const auto most = static_cast<int>(CommitMarks::kMost);
  for (int i = 1; i <= 3 * most; ++i) marks.note(kOld, at(i), static_cast<std::uint64_t>(i));
  const auto taken = marks.take(kOld, ~0ULL);
  EXPECT_LT(taken.size(), CommitMarks::kMost);
  EXPECT_EQ(taken.back(), (CommitMark{at(3 * most), static_cast<std::uint64_t>(3 * most)}));
  for (const auto& mark : taken) {
    EXPECT_EQ(mark.time, at(static_cast<int>(mark.end)));  // still true, each of them
  }
}

}  // namespace
}  // namespace shopkeeper::backup
