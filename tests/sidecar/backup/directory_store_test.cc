#include "sidecar/backup/storage/directory_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/services/temporary_directory.h"
#include "tests/testing/bytes.h"

namespace shopkeeper::backup::testing {
namespace {

namespace fs = std::filesystem;
using shopkeeper::testing::TemporaryDirectory;

class DirectoryStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<DirectoryStore> open() {
    auto store = DirectoryStore::open(directory_.path());
    if (!store) ADD_FAILURE() << store.error().message();
    return store ? std::move(*store) : nullptr;
  }
  std::string path(const std::string& key) const { return directory_.path() + "/" + key; }

  TemporaryDirectory directory_;
};

TEST_F(DirectoryStoreTest, ADirectoryThatIsNotThereIsNeverMade) {
  const auto store = DirectoryStore::open(path("unmounted"));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), ErrorCode::NotFound);
  EXPECT_THAT(store.error().message(), ::testing::HasSubstr("is its volume mounted?"));
  EXPECT_FALSE(fs::exists(path("unmounted")));
}

TEST_F(DirectoryStoreTest, AFileIsNoBackupDirectory) {
  std::ofstream(path("file")) << "x";
  EXPECT_FALSE(DirectoryStore::open(path("file")));
}

TEST_F(DirectoryStoreTest, AVanishedDirectoryIsSaidAndNotMadeAgain) {
  fs::create_directory(path("volume"));
  auto opened = DirectoryStore::open(path("volume"));
  ASSERT_TRUE(opened);
  auto& store = **opened;
  ASSERT_TRUE(store.put("a/b", bytesOf("x"), PutMode::Replace));
  fs::remove_all(path("volume"));
  const auto sayGone = ::testing::HasSubstr("the backup directory is gone");
  const auto expectGone = [&](const Error& error) {
    EXPECT_THAT(error.message(), sayGone);
    EXPECT_NE(error.code(), ErrorCode::NotFound);
    EXPECT_FALSE(error.retryable());
  };
  expectGone(store.put("a/c", bytesOf("x"), PutMode::Replace).error());
  expectGone(store.get("a/b").error());
  expectGone(store.size("a/b").error());
  expectGone(store.list("").error());
  expectGone(store.remove("a/b").error());
  EXPECT_FALSE(fs::exists(path("volume")));
}

// A limit on the size of files stops a write half way, as a full disk does.
TEST_F(DirectoryStoreTest, AWriteThatStopsHalfWayLeavesNothing) {
  const auto store = open();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4'096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status done = store->put("data/big", pattern(100'000, 1), PutMode::Replace);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message(), ::testing::HasSubstr("data/big"));
  EXPECT_TRUE(store->list("").value().empty());
  EXPECT_TRUE(fs::is_empty(path(".tmp")));
}

TEST_F(DirectoryStoreTest, WhatDyingWritersLeftIsNeverListedAndSweptAfterADay) {
  fs::create_directory(path(".tmp"));
  std::ofstream(path(".tmp/old")) << "torn";
  std::ofstream(path(".tmp/young")) << "torn";
  const timespec times[2] = {{0, UTIME_NOW}, {::time(nullptr) - 25 * 3600, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path(".tmp/old").c_str(), times, 0), 0);
  const auto store = open();
  EXPECT_TRUE(store->list("").value().empty());
  EXPECT_FALSE(fs::exists(path(".tmp/old")));
  EXPECT_TRUE(fs::exists(path(".tmp/young")));
}

TEST_F(DirectoryStoreTest, ObjectsAreForTheirOwnerOnly) {
  const auto store = open();
  ASSERT_TRUE(store->put("keys/one", bytesOf("x"), PutMode::CreateOnly));
  struct stat about{};
  ASSERT_EQ(::stat(path("keys/one").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat(path("keys").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0700U);
}

TEST(FileErrorTest, SaysWhatStandsInTheWay) {
  EXPECT_EQ(fileError("write a", ENOSPC).message(), "cannot write a: the disk is full");
  EXPECT_EQ(fileError("write a", ENOSPC).code(), ErrorCode::TooLarge);
  EXPECT_FALSE(fileError("write a", ENOSPC).retryable());
  EXPECT_EQ(fileError("write a", EROFS).message(), "cannot write a: the file system is read-only");
  EXPECT_EQ(fileError("write a", EROFS).code(), ErrorCode::PermissionDenied);
  EXPECT_TRUE(fileError("write a", EIO).retryable());
}

}  // namespace
}  // namespace shopkeeper::backup::testing
