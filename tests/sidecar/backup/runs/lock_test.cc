#include "sidecar/backup/repository/lock.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sidecar/backup/repository/system_names.h"
#include "tests/sidecar/backup/runs/run_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LockTest : public RunTest {
 protected:
  void SetUp() override {
    RunTest::SetUp();
    repository = std::move(*open());
  }

  void lockOfAnother(bool exclusive, std::chrono::minutes age, const std::string& host,
                     std::uint64_t pid) {
    LockFile lock;
    lock.time = timestampOf(clock.wallNow() - age);
    lock.exclusive = exclusive;
    lock.hostname = host;
    lock.pid = pid;
    ASSERT_TRUE(repository->saveDocument(FileKind::Lock, toJson(lock)));
  }

  Result<std::unique_ptr<RepositoryLock>> acquire(bool exclusive) {
    return RepositoryLock::acquire(*repository, exclusive, clock, kQuick);
  }

  std::unique_ptr<Repository> repository;
};

TEST_F(LockTest, SharedOnesLiveSideBySideAndAreGoneAfterwards) {
  {
    const auto one = acquire(false);
    const auto two = acquire(false);
    ASSERT_TRUE(one);
    ASSERT_TRUE(two);
    EXPECT_TRUE((*one)->held());
    EXPECT_THAT(*store.list("locks/"), SizeIs(2));
    const auto exclusive = acquire(true);
    ASSERT_FALSE(exclusive);
    EXPECT_EQ(exclusive.error().code(), ErrorCode::Conflict);
    EXPECT_TRUE(exclusive.error().retryable());
  }
  EXPECT_THAT(*store.list("locks/"), IsEmpty());
  const auto exclusive = acquire(true);
  ASSERT_TRUE(exclusive);
  EXPECT_FALSE(acquire(false));
  EXPECT_FALSE(acquire(true));
}

TEST_F(LockTest, AnothersExclusiveOneIsHonouredUntilItIsStale) {
  lockOfAnother(true, std::chrono::minutes(29), "elsewhere", 77);
  const auto refused = acquire(false);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("exclusively by process 77 on elsewhere"));
  for (const auto& lock : objects("locks/")) ASSERT_TRUE(store.remove(lock.key));
  lockOfAnother(true, std::chrono::minutes(31), "elsewhere", 77);
  EXPECT_TRUE(acquire(false));
  EXPECT_THAT(*store.list("locks/"), IsEmpty()) << "taken away";
}

TEST_F(LockTest, OneOfADeadProcessOfThisHostIsStaleAtOnce) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  lockOfAnother(true, std::chrono::minutes(0), hostName(), static_cast<std::uint64_t>(child));
  EXPECT_TRUE(acquire(false));
  lockOfAnother(true, std::chrono::minutes(0), hostName(), static_cast<std::uint64_t>(::getppid()));
  EXPECT_FALSE(acquire(false));
}

TEST_F(LockTest, IsRefreshedWhileItIsHeld) {
  LockTimes times = kQuick;
  times.refresh = std::chrono::seconds(1);
  const auto lock = RepositoryLock::acquire(*repository, false, clock, times);
  ASSERT_TRUE(lock);
  const std::string first = store.list("locks/")->at(0).key;
  const auto deadline = clock.now() + std::chrono::seconds(60);
  for (;;) {
    const auto locks = store.list("locks/");
    if (locks->size() == 1 && locks->at(0).key != first) break;
    ASSERT_LT(clock.now(), deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE((*lock)->held());
}

TEST_F(LockTest, StopsABackupAndEndsItsRefusal) {
  makeOddTree(source);
  lockOfAnother(true, std::chrono::minutes(1), "elsewhere", 77);
  EXPECT_EQ(backup().error().code(), ErrorCode::Conflict);
  EXPECT_THAT(*store.list("data/"), IsEmpty());
  for (const auto& lock : objects("locks/")) ASSERT_TRUE(store.remove(lock.key));
  EXPECT_TRUE(backup());
}

}  // namespace
}  // namespace shopkeeper::backup::testing
