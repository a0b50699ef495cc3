#include "services/recommendation/window.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "services/recommendation/window_file.h"
#include "tests/services/recommendation/shoppers.h"
#include "tests/services/temporary_directory.h"

namespace shopkeeper::recommendation {
namespace {

using testing::add;
using testing::EventType;
using testing::kNow;
using testing::session;

class WindowFileTest : public ::testing::Test {
 protected:
  std::string path() const { return directory_.path() + "/deep/events"; }
  shopkeeper::testing::TemporaryDirectory directory_;
};

TEST(EventWindow, NobodysClockMakesHisEventsCountMore) {
  EventWindow window;
  catalog::Event future = testing::event(EventType::View, "u", "s", "p");
  future.at = "2099-01-01T00:00:00Z";
  window.add(future, kNow);
  future.at = "nonsense";
  window.add(future, kNow);
  for (const Interaction& i : window.events()) {
    EXPECT_EQ(WallTime{std::chrono::seconds(i.at)}, kNow);
  }
}

TEST(EventWindow, IsBoundedAndForgetsTheOldestFirst) {
  WindowLimits limits;
  limits.events = 800;
  EventWindow window(limits);
  for (int i = 0; i < 5000; ++i) {
    add(window, session(EventType::View, "u-" + std::to_string(i), {"p-" + std::to_string(i)}));
    ASSERT_LE(window.events().size(), 800u);
  }
  EXPECT_GE(window.events().size(), 600u);
  EXPECT_LE(window.users().size(), 800u) << "names go with their events";
  EXPECT_EQ(window.users()[window.events().back().user], "u-4999");
  EXPECT_EQ(window.lastSeq(), 5000u);
}

TEST(EventWindow, ForgetsWhatIsTooOld) {
  EventWindow window;
  add(window, session(EventType::View, "old", {"a", "b", "c"}, 400));
  add(window, session(EventType::View, "new", {"a"}, 3));
  window.expire(kNow);
  ASSERT_EQ(window.events().size(), 1u);
  EXPECT_EQ(window.users()[window.events()[0].user], "new");
}

TEST(EventWindow, WithoutASessionADayIsOne) {
  EventWindow window;
  add(window, {testing::event(EventType::View, "u", "", "a", 1),
               testing::event(EventType::View, "u", "", "b", 1),
               testing::event(EventType::View, "u", "", "c", 9)});
  EXPECT_EQ(window.events()[0].session, window.events()[1].session);
  EXPECT_NE(window.events()[0].session, window.events()[2].session);
}

TEST_F(WindowFileTest, ReadsBackWhatItWrote) {
  EventWindow window;
  add(window, session(EventType::Purchase, "用户", {"a", "b"}));
  add(window, session(EventType::View, "v", {"b", "c"}, 5));
  ASSERT_TRUE(saveWindow(window, path()));
  const auto read = loadWindow(path(), {});
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->events(), window.events());
  EXPECT_EQ(read->lastSeq(), 4u);
  EXPECT_EQ(read->lastId(), "e4");
  EXPECT_EQ(read->users()[0], "用户");
}

TEST_F(WindowFileTest, NoFileIsNotFound) {
  EXPECT_EQ(loadWindow(path(), {}).error().code(), ErrorCode::NotFound);
}

TEST_F(WindowFileTest, EveryCutAndEveryFlippedByteIsNoticed) {
  EventWindow window;
  add(window, session(EventType::Purchase, "u", {"a", "b", "c"}));
  ASSERT_TRUE(saveWindow(window, path()));
  std::ifstream in(path(), std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  const auto write = [this](const std::string& bytes) {
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << bytes;
  };
  for (std::size_t n = 0; n < good.size(); ++n) {
    write(good.substr(0, n));
    ASSERT_FALSE(loadWindow(path(), {})) << "cut at " << n;
  }
  const std::size_t header = good.find('\n') + 1;
  for (std::size_t n = header; n < good.size(); ++n) {
    std::string bad = good;
    bad[n] = static_cast<char>(bad[n] ^ 0x10);
    write(bad);
    const auto read = loadWindow(path(), {});
    ASSERT_FALSE(read) << "byte " << n;
    EXPECT_EQ(read.error().code(), ErrorCode::Corrupt);
  }
  write(good + "more");
  EXPECT_FALSE(loadWindow(path(), {}));
}

}  // namespace
}  // namespace shopkeeper::recommendation
