#include "services/knowledge/store_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/services/knowledge/fixture.h"

namespace shopkeeper::knowledge {
namespace {

namespace fs = std::filesystem;
using shopkeeper::testing::TemporaryDirectory;
using testing::productLines;

class StoreFileTest : public ::testing::Test {
 protected:
  std::string file() const { return directory_.path() + "/knowledge.db"; }

  Result<std::unique_ptr<Store>> open() {
    StoreOptions options;
    options.directory = directory_.path();
    metrics_ = std::make_unique<Metrics>();
    return Store::open(options, clock_, *metrics_);
  }
  void fill() {
    auto store = open();
    ASSERT_TRUE(store) << store.error().message();
    Importer importer(**store, directory_.path(), *metrics_);
    ASSERT_TRUE(importer.run(testing::importOf(productLines(2'000, "t")), true, {}));
  }
  std::string bytes() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Opening must fail with this in its sentence and leave the file as it was.
  void expectRefused(ErrorCode code, const std::string& says) {
    const std::string before = fs::exists(file()) ? bytes() : "";
    const auto store = open();
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code(), code) << store.error().message();
    EXPECT_NE(store.error().message().find(says), std::string::npos) << store.error().message();
    EXPECT_EQ(fs::exists(file()) ? bytes() : "", before);
  }

  TemporaryDirectory directory_;
  shopkeeper::testing::ManualClock clock_;
  std::unique_ptr<Metrics> metrics_;
};

TEST_F(StoreFileTest, GarbageIsNeverOverwritten) {
  std::ofstream(file()) << std::string(8'192, 'x');
  expectRefused(ErrorCode::Corrupt, "restore it from a backup");
}

TEST_F(StoreFileTest, DamageInTheMiddleIsFoundAtStart) {
  fill();
  std::string damaged = bytes();
  ASSERT_GT(damaged.size(), 100'000u);
  for (std::size_t i = 40'960; i < 81'920; ++i) damaged[i] = static_cast<char>(i * 31);
  std::ofstream(file(), std::ios::binary | std::ios::trunc) << damaged;
  expectRefused(ErrorCode::Corrupt, "is damaged");
}

TEST_F(StoreFileTest, ATruncatedFileIsFoundAtStart) {
  fill();
  fs::resize_file(file(), fs::file_size(file()) / 2);
  expectRefused(ErrorCode::Corrupt, "is damaged");
}

TEST_F(StoreFileTest, ALogWithoutItsDatabaseIsNotThrownAway) {
  std::ofstream(file() + "-wal") << "frames";
  expectRefused(ErrorCode::Corrupt, "is missing beside its write-ahead log");
  EXPECT_TRUE(fs::exists(file() + "-wal"));
}

TEST_F(StoreFileTest, AnotherProgramsDatabaseIsRefused) {
  {
    auto other = Database::open(file(), Database::Mode::ReadWrite, std::chrono::milliseconds(0));
    ASSERT_TRUE(other);
    ASSERT_TRUE((*other)->script("PRAGMA journal_mode=WAL; CREATE TABLE t(x)"));
  }
  expectRefused(ErrorCode::InvalidArgument, "belongs to another program");
}

TEST_F(StoreFileTest, ANewerSchemaIsRefused) {
  fill();
  {
    auto newer = Database::open(file(), Database::Mode::ReadWrite, std::chrono::milliseconds(0));
    ASSERT_TRUE(newer);
    ASSERT_TRUE((*newer)->script("PRAGMA user_version=99"));
  }
  expectRefused(ErrorCode::InvalidArgument, "use the newer program");
}

TEST_F(StoreFileTest, ASecondServiceOnTheSameDirectoryIsRefused) {
  const auto first = open();
  ASSERT_TRUE(first);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message().find("in use by another knowledge service"),
            std::string::npos);
}

TEST_F(StoreFileTest, ADirectoryThatCannotBeIsSaid) {
  for (const std::string& path : {std::string("/proc/shopkeeper"), file() + "/below"}) {
    std::ofstream(file()) << "";
    StoreOptions options;
    options.directory = path;
    Metrics metrics;
    const auto store = Store::open(options, clock_, metrics);
    ASSERT_FALSE(store) << path;
    EXPECT_EQ(store.error().code(), ErrorCode::PermissionDenied);
    EXPECT_NE(store.error().message().find("data directory \"" + path), std::string::npos);
  }
}

TEST_F(StoreFileTest, AReadOnlyDirectoryIsSaid) {
  if (::geteuid() == 0) GTEST_SKIP() << "rights do not bind root";
  fs::permissions(directory_.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), ErrorCode::PermissionDenied);
  EXPECT_NE(store.error().message().find("cannot be written to"), std::string::npos);
}

TEST_F(StoreFileTest, WhatAKilledImportLeftIsCleanedUp) {
  std::ofstream(directory_.path() + "/import.db") << "half a scratch database";
  fill();
  EXPECT_FALSE(fs::exists(directory_.path() + "/import.db"));
}

}  // namespace
}  // namespace shopkeeper::knowledge
