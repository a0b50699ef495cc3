// Against logs that SQLite itself wrote.
#include "sidecar/backup/shipping/wal_format.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <iterator>

#include "sidecar/backup/storage/object_store.h"
#include "tests/services/temporary_directory.h"

namespace shopkeeper::backup {
namespace {

class WalFormatTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string path = directory_.path() + "/a.db";
    ASSERT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK);
    run("PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0");
    run("CREATE TABLE t(n); INSERT INTO t VALUES (1)");
    run("BEGIN; INSERT INTO t SELECT randomblob(900) FROM t, t, t; "
        "CREATE TABLE u(n); INSERT INTO u VALUES (randomblob(5000)); COMMIT");
  }
  void TearDown() override { sqlite3_close(database_); }

  void run(const char* sql) {
    ASSERT_EQ(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_);
  }
  Bytes file(const char* suffix) const {
    std::ifstream in(directory_.path() + "/a.db" + suffix, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
  }
  LogIndex index() const { return parseLogIndex(file("-shm")).value(); }

  shopkeeper::testing::TemporaryDirectory directory_;
  sqlite3* database_ = nullptr;
};

TEST_F(WalFormatTest, TakesWhatSqliteCommittedAndItsChecksumAgrees) {
  const Bytes log = file("-wal");
  const auto header = parseLogHeader(log);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->pageSize, 1024U);
  EXPECT_EQ(header->salt, index().salt);
  EXPECT_EQ(index().end(), log.size());
  LogReader reader(*header);
  EXPECT_EQ(reader.take(std::span(log).subspan(kLogHeaderBytes)), log.size() - kLogHeaderBytes);
  EXPECT_EQ(reader.end(), log.size());
  EXPECT_EQ(reader.checksum(), index().checksum);
  EXPECT_TRUE(reader.endsTransaction());
}

TEST_F(WalFormatTest, TakesTheSameInPiecesAndLeavesHalfFrames) {
  const Bytes log = file("-wal");
  LogReader reader(parseLogHeader(log).value());
  std::size_t at = kLogHeaderBytes;
  bool within = false;
  while (at < log.size()) {
    const auto piece = std::span(log).subspan(at, std::min<std::size_t>(1'500, log.size() - at));
    ASSERT_EQ(reader.take(piece), reader.frameBytes());
    at += reader.frameBytes();
    within = within || !reader.endsTransaction();
  }
  EXPECT_TRUE(within);  // the last transaction has several pages
  EXPECT_EQ(reader.checksum(), index().checksum);
  EXPECT_EQ(reader.take(std::span(log).first(100)), 0U);
}

TEST_F(WalFormatTest, AnyChangedByteEndsTheLogThere) {
  const Bytes log = file("-wal");
  const LogHeader header = parseLogHeader(log).value();
  const std::size_t frame = LogReader(header).frameBytes();
  for (std::size_t at = kLogHeaderBytes; at < log.size(); at += 37) {
    Bytes damaged = log;
    damaged[at] ^= std::byte{0x10};
    LogReader reader(header);
    const std::size_t before = (at - kLogHeaderBytes) / frame * frame;
    ASSERT_EQ(reader.take(std::span(damaged).subspan(kLogHeaderBytes)), before) << at;
  }
}

TEST_F(WalFormatTest, ADamagedHeaderIsNone) {
  const Bytes log = file("-wal");
  for (std::size_t at = 0; at < kLogHeaderBytes; ++at) {
    Bytes damaged = log;
    damaged[at] ^= std::byte{0x01};
    EXPECT_FALSE(parseLogHeader(damaged)) << at;
  }
  for (std::size_t size = 0; size < kLogHeaderBytes; ++size) {
    EXPECT_FALSE(parseLogHeader(std::span(log).first(size)));
  }
}

TEST_F(WalFormatTest, AnIndexThatIsBeingWrittenIsNotBelieved) {
  const Bytes shared = file("-shm");
  for (std::size_t at = 0; at < kLogIndexBytes; ++at) {
    Bytes torn = shared;
    torn[at] ^= std::byte{0x01};
    EXPECT_FALSE(parseLogIndex(torn)) << at;
  }
  EXPECT_FALSE(parseLogIndex(std::span(shared).first(kLogIndexBytes - 1)));
  EXPECT_FALSE(parseLogIndex(Bytes(kLogIndexBytes)));
}

TEST_F(WalFormatTest, ALogBegunAnewFollowsTheOneBeforeAndItsOldFramesAreNotTaken) {
  const LogIndex before = index();
  run("PRAGMA wal_checkpoint(RESTART); INSERT INTO t VALUES (2)");
  const LogIndex after = index();
  EXPECT_TRUE(follows(after.salt, before.salt));
  EXPECT_FALSE(follows(before.salt, after.salt));
  EXPECT_LT(after.frames, before.frames);
  const Bytes log = file("-wal");
  LogReader reader(parseLogHeader(log).value());
  EXPECT_EQ(reader.take(std::span(log).subspan(kLogHeaderBytes)) + kLogHeaderBytes, after.end());
  EXPECT_EQ(reader.checksum(), after.checksum);
}

TEST(LogSaltTest, CountsOnThroughTheHighestNumber) {
  EXPECT_TRUE(follows({0, 0, 0, 0, 1, 2, 3, 4}, {0xff, 0xff, 0xff, 0xff, 9, 9, 9, 9}));
  EXPECT_TRUE(follows({0, 0, 1, 0, 0, 0, 0, 0}, {0, 0, 0, 0xff, 0, 0, 0, 0}));
  EXPECT_FALSE(follows({0, 0, 0, 5, 0, 0, 0, 0}, {0, 0, 0, 5, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace shopkeeper::backup
