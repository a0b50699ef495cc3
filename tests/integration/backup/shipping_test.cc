// Shipping the changes of a database that another process writes, and restoring any instant.
#include <filesystem>
#include <fstream>

#include "tests/integration/backup/shipping_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_F(ShippingTest, RestoresToAnyInstantExactlyWhatWasCommitted) {
  Writer writer(database(), {.pauseUs = 3'000});
  writer.waitForRows(10);
  const auto shipper = this->shipper();
  WallTime begin;
  {
    AtWork work(*shipper);
    ASSERT_TRUE(eventually([&] { return shipper->state().restorable; }));
    begin = systemClock().wallNow();
    writer.waitForRows(static_cast<long>(writer.rows().size()) + 600);
    writer.kill();
    const WallTime end = systemClock().wallNow();
    ASSERT_TRUE(eventually([&] { return shipper->state().shippedUpTo.value_or(begin) > end; }));
  }
  const auto written = writer.rows();
  const WallTime end = systemClock().wallNow();
  const auto newest = restore();
  expectExactly(newest, written, end, WallTime::max());
  for (WallTime at = begin + 300ms; at < end; at += 150ms) {
    const auto restored = restore(at);
    expectExactly(restored, written, at - 150ms, at);
    EXPECT_LE(restored.replayed.asOf, at);
  }
}

TEST_F(ShippingTest, CheckpointStormsLoseNothing) {
  Writer writer(
      database(),
      {.rows = 500, .pauseUs = 500, .rowBytes = 2'000, .checkpointEvery = 7, .autoCheckpoint = 10});
  writer.waitForRows(10);
  const auto shipper = this->shipper();
  {
    AtWork work(*shipper);
    writer.wait();
  }
  EXPECT_EQ(shipper->state().streamsBroken, 0U);
  const auto restored = restore();
  expectExactly(restored, writer.rows(), systemClock().wallNow(), WallTime::max());
  EXPECT_EQ(restored.rows.size(), 500U);
}

// Pins that overlap keep SQLite from ever beginning the log anew; tidying has to.
TEST_F(ShippingTest, TheLogStaysShortUnderSteadyWrites) {
  ShippingRules rules;
  rules.collector.tidyAtBytes = 1 << 20;
  Writer writer(database(), {.pauseUs = 1'000, .rowBytes = 3'000, .autoCheckpoint = 100});
  writer.waitForRows(10);
  const auto shipper = this->shipper(rules);
  AtWork work(*shipper);
  ASSERT_TRUE(eventually([&] { return shipper->state().restorable; }));
  // The file keeps the length it once had.
  const auto shippedBefore = shipper->state().bytes;
  const auto longBefore = fs::file_size(database() + "-wal");
  ASSERT_TRUE(eventually(
      [&] { return shipper->state().bytes - shippedBefore > longBefore + (24U << 20); }));
  EXPECT_LT(fs::file_size(database() + "-wal"), longBefore + (16U << 20));
  EXPECT_EQ(shipper->state().streamsBroken, 0U);
}

TEST_F(ShippingTest, AWriterThatIsKilledAndStartsAgainIsFollowed) {
  const auto shipper = this->shipper();
  std::vector<Writer::Row> written;
  {
    Writer first(database(), {.rows = 20, .pauseUs = 1'000});
    first.wait();
    written = first.rows();
  }
  {
    AtWork work(*shipper);
    ASSERT_TRUE(eventually([&] { return shipper->state().restorable; }));
    for (int life = 0; life < 4; ++life) {
      Writer writer(database(), {.pauseUs = 500, .rowBytes = 3'000, .checkpointEvery = 50});
      writer.waitForRows(150);
      writer.kill();
      const auto more = writer.rows();
      written.insert(written.end(), more.begin(), more.end());
      // One row may have been committed and not told.
      const std::string told = std::to_string(written.size());
      sql("UPDATE accounts SET changes = changes - 2 * (SELECT count(*) FROM rows WHERE n > " +
          told + ") WHERE id = 0; DELETE FROM rows WHERE n > " + told);
    }
  }
  EXPECT_EQ(shipper->state().streamsBroken, 0U);
  const auto restored = restore();
  expectExactly(restored, written, systemClock().wallNow(), WallTime::max());
  EXPECT_EQ(restored.rows.size(), written.size());
}

TEST_F(ShippingTest, AShipperThatStartsAgainGoesOnWithTheSameStream) {
  Writer writer(database(), {.pauseUs = 2'000});
  writer.waitForRows(10);
  std::string stream;
  {
    const auto first = shipper();
    settle(*first);
    stream = first->state().stream;
  }
  writer.waitForRows(static_cast<long>(writer.rows().size()) + 100);
  const auto second = shipper();
  settle(*second);
  EXPECT_EQ(second->state().stream, stream);
  const auto written = writer.rows();
  const WallTime now = systemClock().wallNow();
  settle(*second);
  writer.kill();
  expectExactly(restore(), written, now, WallTime::max());
}

TEST_F(ShippingTest, WhatAShipperMissedWhileItWasAwayBeginsANewStream) {
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER);"
      "INSERT INTO rows VALUES (1, 0)");
  std::string stream;
  {
    const auto first = shipper();
    settle(*first);
    stream = first->state().stream;
  }
  sql("INSERT INTO rows VALUES (2, 0)");  // the last to close takes the log away
  const auto second = shipper();
  settle(*second);
  EXPECT_NE(second->state().stream, stream);
  EXPECT_EQ(restore().rows.size(), 2U);
}

TEST_F(ShippingTest, ADatabaseThatIsReplacedBeginsANewStream) {
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER);"
      "INSERT INTO rows VALUES (1, 0)");
  const auto shipper = this->shipper();
  settle(*shipper);
  const std::string stream = shipper->state().stream;
  const WallTime before = systemClock().wallNow();
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(database() + suffix);
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER);"
      "INSERT INTO rows VALUES (1, 7), (2, 7)");
  settle(*shipper);
  EXPECT_NE(shipper->state().stream, stream);
  EXPECT_EQ(restore().rows.size(), 2U);
  EXPECT_EQ(restore(before).rows.size(), 1U);
}

TEST_F(ShippingTest, VacuumIsFollowed) {
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER, filler);"
      "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2000) "
      "INSERT INTO rows SELECT n, 0, randomblob(1000) FROM n");
  ShippingRules rules;
  rules.basePieceBytes = 64 << 10;
  rules.collector.maxPartBytes = 64 << 10;
  const auto shipper = this->shipper(rules);
  settle(*shipper);
  sql("DELETE FROM rows WHERE n > 500; VACUUM");
  settle(*shipper);
  const auto small = fs::file_size(database());
  sql("PRAGMA wal_checkpoint(PASSIVE)");
  sql("INSERT INTO rows VALUES (501, 0, NULL)");
  settle(*shipper);
  EXPECT_LT(fs::file_size(database()), small);  // it did shrink
  EXPECT_EQ(shipper->state().streamsBroken, 0U);
  EXPECT_EQ(restore().rows.size(), 501U);
}

// Needs another journal mode in between, which SQLite refuses while a shipper is at work.
TEST_F(ShippingTest, AnotherPageSizeBeginsANewStream) {
  sql("PRAGMA page_size=4096; PRAGMA journal_mode=WAL;"
      "CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER); INSERT INTO rows VALUES (1, 0)");
  auto shipper = this->shipper();
  settle(*shipper);
  const std::string stream = shipper->state().stream;
  shipper.reset();
  sql("PRAGMA journal_mode=DELETE; PRAGMA page_size=8192; VACUUM; PRAGMA journal_mode=WAL;"
      "INSERT INTO rows VALUES (2, 0)");
  shipper = this->shipper();
  settle(*shipper);
  sql("INSERT INTO rows VALUES (3, 0)");
  settle(*shipper);
  EXPECT_NE(shipper->state().stream, stream);
  EXPECT_EQ(restore().rows.size(), 3U);
}

// A base copy that was being made must not end the stream: until a new one had its first copy,
// nothing newer could be restored.
TEST_F(ShippingTest, AShipperKilledWhileItMadeAnotherCopyGoesOnWithTheStream) {
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER, filler)");
  ShippingRules rules;
  rules.basePieceBytes = 4 << 10;
  rules.baseAfterLogBytes = 16 << 10;
  auto shipper = this->shipper(rules);
  settle(*shipper);
  const std::string stream = shipper->state().stream;
  sql("INSERT INTO rows VALUES (1, 0, randomblob(30000))");
  ASSERT_TRUE(shipper->tick());  // begins the copy
  ASSERT_TRUE(*shipper->tick()) << "the copy has more than one piece";
  auto again = this->shipper(rules);
  shipper.reset();
  settle(*again);
  EXPECT_EQ(again->state().stream, stream);
  EXPECT_EQ(restore().rows.size(), 1U);
}

// The answer of every third call is lost, others fail before they are done.
TEST_F(ShippingTest, AStoreThatFailsAndForgetsToAnswerIsCaughtUpWith) {
  std::atomic<int> calls{0};
  store_ = std::make_shared<MemoryStore>(
      [&](const std::string& call, const std::string&, bool done) -> std::optional<Error> {
        if (call != "put") return std::nullopt;
        const int number = ++calls;
        if (number % 3 == 0 || (!done && number % 4 == 0)) {
          return Error(ErrorCode::Unavailable, "reset");
        }
        return std::nullopt;
      });
  Writer writer(database(), {.rows = 800, .pauseUs = 1'000, .rowBytes = 1'000});
  writer.waitForRows(10);
  const auto shipper = this->shipper();
  {
    AtWork work(*shipper, {10ms, 10ms});
    ASSERT_TRUE(eventually([&] { return shipper->state().restorable; }));
    writer.wait();
    const WallTime end = systemClock().wallNow();
    ASSERT_TRUE(
        eventually([&] { return shipper->state().shippedUpTo.value_or(WallTime()) > end; }));
  }
  EXPECT_EQ(shipper->state().streamsBroken, 0U);
  EXPECT_EQ(restore().rows.size(), 800U);
}

TEST_F(ShippingTest, AStoreThatIsAwayTooLongCostsTheStreamNotTheVolume) {
  std::atomic<bool> away{false};
  store_ = std::make_shared<MemoryStore>(
      [&](const std::string&, const std::string&, bool) -> std::optional<Error> {
        if (away) return Error(ErrorCode::Unavailable, "away");
        return std::nullopt;
      });
  ShippingRules rules;
  rules.collector.maxPartBytes = 256 << 10;
  rules.collector.maxPendingBytes = 1 << 20;
  rules.maxBacklogBytes = 4 << 20;
  Writer writer(database(), {.pauseUs = 0, .rowBytes = 3'000});
  writer.waitForRows(10);
  const auto shipper = this->shipper(rules);
  {
    AtWork work(*shipper);
    ASSERT_TRUE(eventually([&] { return shipper->state().restorable; }));
    away = true;
    const auto rows = static_cast<long>(writer.rows().size());
    writer.waitForRows(rows + 8'000);  // some 60 MB of log
    EXPECT_LT(fs::file_size(database() + "-wal"), 32U << 20);
    away = false;
    ASSERT_TRUE(eventually([&] {
      const auto state = shipper->state();
      return state.restorable && state.shippedUpTo;
    }));
    writer.kill();
    const WallTime end = systemClock().wallNow();
    ASSERT_TRUE(
        eventually([&] { return shipper->state().shippedUpTo.value_or(WallTime()) > end; }));
  }
  EXPECT_EQ(shipper->state().streamsBroken, 1U);
  expectExactly(restore(), writer.rows(), systemClock().wallNow(), WallTime::max());
}

TEST_F(ShippingTest, OneTransactionLargerThanAnObjectIsShippedWhole) {
  ShippingRules rules;
  rules.collector.maxPartBytes = 64 << 10;
  rules.collector.maxPendingBytes = 256 << 10;
  rules.basePieceBytes = 64 << 10;
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER, filler)");
  const auto shipper = this->shipper(rules);
  settle(*shipper);
  const WallTime before = systemClock().wallNow();
  std::this_thread::sleep_for(5ms);  // a mark's time has milliseconds
  sql("WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3000) "
      "INSERT INTO rows SELECT n, 0, randomblob(1000) FROM n");
  settle(*shipper);
  EXPECT_EQ(restore().rows.size(), 3'000U);
  EXPECT_EQ(restore(before).rows.size(), 0U);
}

// Copies in small pieces, while pages move from the log into the file.
TEST_F(ShippingTest, NewCopiesAreMadeWhileChangesGoOnBeingShipped) {
  ShippingRules rules;
  rules.basePieceBytes = 16 << 10;
  rules.baseAfterLogBytes = 256 << 10;
  Writer writer(database(),
                {.rows = 1'500, .pauseUs = 500, .rowBytes = 1'000, .autoCheckpoint = 20});
  writer.waitForRows(10);
  const auto shipper = this->shipper(rules);
  {
    AtWork work(*shipper, {20ms, 10ms});
    writer.wait();
  }
  EXPECT_EQ(shipper->state().streamsBroken, 0U);
  const auto written = writer.rows();
  for (std::size_t i = written.size() / 2; i < written.size(); i += 100) {
    const WallTime at{std::chrono::duration_cast<WallTime::duration>(
        std::chrono::nanoseconds(written[i].committedNs))};
    expectExactly(restore(at), written, at - 150ms, at);
  }
  int copies = 0;
  const auto objects = store_->list("shipping/").value();
  for (const auto& object : objects) {
    if (object.key.ends_with("/000000000000") && object.key.find("/base/") != std::string::npos) {
      ++copies;
    }
  }
  EXPECT_GE(copies, 3);
  EXPECT_EQ(restore().rows.size(), 1'500U);
}

// As when a writer is quicker than a shipper that has just begun.
TEST_F(ShippingTest, ALogBegunAnewBeforeTheFirstCollectionBreaksNothing) {
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n)");
  const auto keeper = DatabaseFiles::open(database()).value();  // the log goes with the last one
  sql("INSERT INTO rows VALUES (1)");
  keeper->releaseOlder();
  ASSERT_TRUE(keeper->checkpoint());
  auto files = DatabaseFiles::open(database()).value();
  LogCollector collector(*files, {}, systemClock());
  ASSERT_TRUE(collector.startAnew());
  const auto before = files->index().value().salt;
  sql("INSERT INTO rows VALUES (2)");
  ASSERT_NE(files->index().value().salt, before);
  const auto all = collector.collect();
  ASSERT_TRUE(all) << all.error().message();
  EXPECT_TRUE(*all);
  EXPECT_FALSE(collector.pending().empty());
}

TEST_F(ShippingTest, OtherJournalModesAreRefusedWithASentence) {
  sql("CREATE TABLE rows(n)");
  const auto more = shipper()->tick();
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(more.error().message(), ::testing::HasSubstr("write-ahead log"));
}

TEST_F(ShippingTest, ADatabaseThatIsNotThereYetIsWaitedFor) {
  const auto shipper = this->shipper();
  EXPECT_EQ(shipper->tick().error().code(), ErrorCode::NotFound);
  EXPECT_FALSE(fs::exists(database()));
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n, begun); INSERT INTO rows VALUES (1, 2)");
  settle(*shipper);
  EXPECT_EQ(restore().rows.size(), 1U);
}

}  // namespace
}  // namespace shopkeeper::backup::testing
