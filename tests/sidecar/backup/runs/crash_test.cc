// A run that dies at any of its calls to the store, before the call or after it: the repository
// stays whole, and the next run uses what was stored.
#include <gmock/gmock.h>

#include <atomic>

#include "tests/sidecar/backup/runs/run_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using ::testing::IsEmpty;

class CrashTest : public RunTest {
 protected:
  // From the `last`-th question on, nothing reaches the store any more.
  void dieAfter(int last) {
    asked_ = 0;
    fault = [this, last](const std::string&, const std::string&, bool) -> std::optional<Error> {
      if (++asked_ <= last) return std::nullopt;
      return Error(ErrorCode::Unavailable, "killed", false);
    };
  }
  int asked() const { return asked_; }
  void live() { fault = nullptr; }

  // What a killed process leaves behind: its lock too, which is of a process that is no more.
  std::size_t blobsStoredTwice() {
    auto repository = open();
    EXPECT_TRUE((*repository)->loadIndex());
    const auto blobs = (*repository)->index().blobs();
    std::size_t twice = 0;
    for (std::size_t i = 1; i < blobs.size(); ++i) {
      twice += blobs[i].id() == blobs[i - 1].id() && blobs[i].type() == blobs[i - 1].type();
    }
    return twice;
  }

  std::atomic<int> asked_{0};
};

TEST_F(CrashTest, OfABackupAtEveryCallLeavesAWholeRepository) {
  makeOddTree(source);
  // The last round is the one that is not interrupted.
  bool finished = false;
  std::size_t rounds = 0;
  for (int last = 0; !finished; ++last, ++rounds) {
    SCOPED_TRACE("died after question " + std::to_string(last));
    MemoryStore fresh;
    ASSERT_TRUE(Repository::create({fresh, ""}, "secret", clock, kCheap));
    for (const auto& object : objects("")) ASSERT_TRUE(store.remove(object.key));
    const auto made = fresh.list("");
    for (const auto& object : *made) {
      ASSERT_TRUE(store.put(object.key, *fresh.get(object.key), PutMode::Replace));
    }
    dieAfter(last);
    finished = backup().has_value();
    live();
    ASSERT_THAT(damages(), IsEmpty());
    const auto packs = store.list("data/")->size();
    const auto again = backup();
    ASSERT_TRUE(again) << again.error().message();
    ASSERT_THAT(damages(), IsEmpty());
    EXPECT_EQ(blobsStoredTwice(), 0u) << packs << " packs were stored before";
    const auto restored = restore();
    ASSERT_TRUE(restored) << restored.error().message();
    std::filesystem::remove_all(target);
  }
  EXPECT_GT(rounds, 30u);
}

TEST_F(CrashTest, OfInitAtEveryCallLeavesNothingOrAWholeRepository) {
  for (int last = 0;; ++last) {
    SCOPED_TRACE("died after question " + std::to_string(last));
    for (const auto& object : objects("")) ASSERT_TRUE(store.remove(object.key));
    dieAfter(last);
    const bool made = Repository::create({store, ""}, "secret", clock, kCheap).has_value();
    live();
    auto opened = open();
    if (!opened) {
      ASSERT_FALSE(made);
      EXPECT_EQ(opened.error().code(), ErrorCode::NotFound);
      EXPECT_TRUE(Repository::create({store, ""}, "secret", clock, kCheap))
          << "and can be repeated";
      ASSERT_TRUE(open());
    }
    if (made) break;
  }
}

TEST_F(CrashTest, OfARestoreAtEveryCallLeavesTheTargetAsItWas) {
  makeOddTree(source);
  ASSERT_TRUE(backup());
  for (int last = 0;; ++last) {
    SCOPED_TRACE("failed after question " + std::to_string(last));
    dieAfter(last);
    const auto restored = restore();
    live();
    if (restored) break;
    // The lock of this process, which lives on, would have to be looked at by every later round.
    for (const auto& lock : objects("locks/")) ASSERT_TRUE(store.remove(lock.key));
    ASSERT_THAT(besides(), IsEmpty());
  }
  EXPECT_THAT(differences(source, target), IsEmpty());
}

// One call fails for good, the rest goes on: no hang, no success, no snapshot without its data.
TEST_F(CrashTest, OneCallThatFailsFailsTheBackup) {
  makeOddTree(source);
  for (int which = 1;; ++which) {
    SCOPED_TRACE("question " + std::to_string(which));
    for (const auto& kind : {"data/", "index/", "snapshots/"}) {
      for (const auto& object : objects(kind)) ASSERT_TRUE(store.remove(object.key));
    }
    asked_ = 0;
    std::atomic<bool> failed{false};
    fault = [&](const std::string& call, const std::string& key, bool) -> std::optional<Error> {
      // Nobody needs to know that a lock could not be removed: it becomes stale.
      if (++asked_ != which || call == "remove" || key.starts_with("locks/")) return std::nullopt;
      failed = true;
      return Error(ErrorCode::PermissionDenied, "no");
    };
    const auto saved = backup();
    const bool enough = asked_ < which;
    live();
    for (const auto& lock : objects("locks/")) ASSERT_TRUE(store.remove(lock.key));
    ASSERT_THAT(damages(), IsEmpty());
    if (saved) {
      EXPECT_TRUE(!failed || !store.list("snapshots/")->empty());
    }
    if (enough) break;
  }
}

}  // namespace
}  // namespace shopkeeper::backup::testing
