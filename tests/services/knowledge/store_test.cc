#include "services/knowledge/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "services/knowledge/sqlite.h"
#include "tests/services/knowledge/fixture.h"

namespace shopkeeper::knowledge {
namespace {

using nlohmann::json;
using testing::eventOf;
using testing::OpenStore;
using testing::productLines;

json pageOf(Store& store, const PageRequest& request) {
  const auto page = store.page(RecordKind::Product, request);
  EXPECT_TRUE(page) << page.error().message();
  return page ? json::parse(*page) : json();
}

TEST(StoreTest, StartsEmptyWithoutAVersion) {
  OpenStore open;
  EXPECT_EQ(open.state().version, "");
  EXPECT_EQ(pageOf(*open.store, {}),
            (json{{"version", ""}, {"items", json::array()}, {"next", nullptr}}));
}

TEST(StoreTest, PagesComeInOrderWithAVersionAndAnEnd) {
  OpenStore open;
  ASSERT_TRUE(open.import(productLines(5, "t")));
  const std::string version = open.state().version;
  const json first = pageOf(*open.store, {"", 2, version});
  EXPECT_EQ(first["items"].size(), 2u);
  EXPECT_EQ(first["next"], "p-100001");
  const json last = pageOf(*open.store, {"p-100003", 2, version});
  EXPECT_EQ(last["items"].size(), 1u);
  EXPECT_TRUE(last["next"].is_null());
  const json exact = pageOf(*open.store, {"p-100002", 2, version});
  EXPECT_TRUE(exact["next"].is_null()) << "a full last page is the last page";
}

TEST(StoreTest, APageOfAnOlderVersionIsGone) {
  OpenStore open;
  ASSERT_TRUE(open.import(productLines(3, "old")));
  const std::string old = open.state().version;
  ASSERT_TRUE(open.import(productLines(3, "new")));
  const auto page = open.store->page(RecordKind::Product, {"p-100000", 2, old});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code(), ErrorCode::Gone);
}

TEST(StoreTest, ReplaceRemovesWhatIsNotThereMergeKeepsIt) {
  OpenStore open;
  ASSERT_TRUE(open.import(productLines(5, "a")));
  ASSERT_TRUE(open.import(productLines(2, "b"), ImportMode::Merge));
  EXPECT_EQ(open.state().products, 5);
  EXPECT_EQ(json::parse(*open.store->record(RecordKind::Product, "p-100001"))["title"], "b");
  EXPECT_EQ(json::parse(*open.store->record(RecordKind::Product, "p-100002"))["title"], "a");
  ASSERT_TRUE(open.import(productLines(2, "c")));
  EXPECT_EQ(open.state().products, 2);
  const auto gone = open.store->record(RecordKind::Product, "p-100002");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code(), ErrorCode::NotFound);
}

TEST(StoreTest, TheVersionChangesOnlyWithTheContent) {
  OpenStore open;
  ASSERT_TRUE(open.import(productLines(2, "a")));
  const std::string first = open.state().version;
  ASSERT_TRUE(open.import(productLines(2, "a")));
  EXPECT_EQ(open.state().version, first);
  ASSERT_TRUE(open.import(
      R"({"kind":"event","id":"e1","type":"view","user":"u","product":"p","at":"2026-07-01T00:00:00Z"})",
      ImportMode::Merge));
  EXPECT_EQ(open.state().version, first) << "events are not the catalogue";
  EXPECT_EQ(open.state().events, 1);
  ASSERT_TRUE(open.import(productLines(2, "b")));
  ASSERT_TRUE(open.import(productLines(2, "a")));
  EXPECT_NE(open.state().version, first) << "a version must never come back";
}

TEST(StoreTest, EventsAreStoredOnceByIdAndNumberedForEver) {
  OpenStore open;
  ASSERT_TRUE(open.store->addEvents({eventOf("a"), eventOf("b"), eventOf("a")}));
  ASSERT_TRUE(open.store->addEvents({eventOf("b"), eventOf("c")}));
  open.reopen();
  const json page = json::parse(*open.store->eventPage(0, 2));
  EXPECT_EQ(page["items"].size(), 2u);
  EXPECT_EQ(page["next"], page["items"][1]["seq"]);
  const json rest = json::parse(*open.store->eventPage(page["next"], 2));
  ASSERT_EQ(rest["items"].size(), 1u);
  EXPECT_EQ(rest["items"][0]["id"], "c");
  EXPECT_TRUE(rest["next"].is_null());
  EXPECT_EQ(open.state().events, 3);
}

TEST(StoreTest, EventsBeyondTheLastAreGone) {
  OpenStore open;
  ASSERT_TRUE(open.store->addEvents({eventOf("a")}));
  EXPECT_TRUE(open.store->eventPage(1, 10));
  const auto page = open.store->eventPage(2, 10);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code(), ErrorCode::Gone);
}

TEST(StoreTest, TheOldestEventsAndSessionsMakeRoom) {
  StoreOptions options;
  options.keepEvents = 3;
  options.keepSessions = 2;
  OpenStore open(options);
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(open.store->addEvents({eventOf("e" + std::to_string(i))}));
  EXPECT_EQ(open.state().events, 3);
  EXPECT_EQ(json::parse(*open.store->eventPage(0, 10))["items"][0]["id"], "e2");
  for (int i = 0; i < 3; ++i) {
    open.clock.advance(std::chrono::seconds(1));
    ASSERT_TRUE(
        open.store->addTurns("s" + std::to_string(i), {{"user", "hello", "2026-07-01T00:00:00Z"}}));
  }
  EXPECT_FALSE(open.store->session("s0"));
  EXPECT_TRUE(open.store->session("s2"));
}

TEST(StoreTest, ARepeatedTurnIsStoredOnceAndLongSessionsLoseTheirStart) {
  OpenStore open;
  const Turn turn{"user", "hello", "2026-07-01T00:00:00Z"};
  ASSERT_TRUE(open.store->addTurns("s", {turn}));
  ASSERT_TRUE(open.store->addTurns("s", {turn}));
  EXPECT_EQ(json::parse(*open.store->session("s"))["turns"].size(), 1u);
  std::vector<Turn> many;
  for (int i = 0; i < kTurnsPerSession; ++i) {
    many.push_back({"assistant", std::to_string(i), "2026-07-01T00:00:00Z"});
  }
  ASSERT_TRUE(open.store->addTurns("s", many));
  const json turns = json::parse(*open.store->session("s"))["turns"];
  EXPECT_EQ(turns.size(), static_cast<std::size_t>(kTurnsPerSession));
  EXPECT_EQ(turns[0]["text"], "0");
}

TEST(StoreTest, NothingOfABadCatalogueIsLoaded) {
  OpenStore open;
  ASSERT_TRUE(open.import(productLines(3, "old")));
  const CatalogState before = open.state();
  for (const std::string& bad :
       {productLines(3, "new") + "{broken\n", productLines(1, "new") + productLines(1, "again"),
        std::string(), std::string("{\"id\":\"p\"}")}) {
    const auto outcome = open.import(bad);
    ASSERT_TRUE(outcome) << outcome.error().message();
    EXPECT_FALSE(outcome->problems.empty());
    EXPECT_EQ(open.state().version, before.version);
    EXPECT_EQ(open.state().products, 3);
  }
}

TEST(StoreTest, DuplicatesAreNamedWithBothRows) {
  OpenStore open;
  const auto outcome = open.import(productLines(2, "a") + productLines(1, "b"));
  ASSERT_TRUE(outcome);
  ASSERT_EQ(outcome->problems.size(), 1u);
  EXPECT_EQ(outcome->problems[0].row, 3u);
  EXPECT_NE(outcome->problems[0].message.find("already taken by row 1"), std::string::npos);
}

TEST(StoreTest, ReplacingByEventsOnlyIsRefused) {
  OpenStore open;
  ASSERT_TRUE(open.import(productLines(2, "a")));
  const auto outcome = open.import(
      R"({"kind":"event","id":"e1","type":"view","user":"u","product":"p","at":"2026-07-01T00:00:00Z"})");
  ASSERT_TRUE(outcome);
  ASSERT_EQ(outcome->problems.size(), 1u);
  EXPECT_NE(outcome->problems[0].message.find("mode=merge"), std::string::npos);
  EXPECT_EQ(open.state().products, 2);
}

TEST(StoreTest, AFullDiskInTheMiddleOfAnImportChangesNothing) {
  StoreOptions options;
  options.maxBytes = 400'000;
  OpenStore open(options);
  ASSERT_TRUE(open.import(productLines(200, "old")));
  ASSERT_TRUE(open.store->addEvents({eventOf("before")}));
  const CatalogState before = open.state();
  const auto outcome = open.import(productLines(5'000, "new"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), ErrorCode::Unavailable);
  EXPECT_NE(outcome.error().message().find("the disk is full"), std::string::npos)
      << outcome.error().message();
  for (int restart = 0; restart < 2; ++restart) {
    EXPECT_EQ(open.state().version, before.version);
    const json page = pageOf(*open.store, {"", 1'000, before.version});
    ASSERT_EQ(page["items"].size(), 200u);
    for (const json& item : page["items"]) EXPECT_EQ(item["title"], "old");
    EXPECT_EQ(open.state().events, 1);
    open.reopen();
  }
  ASSERT_TRUE(open.import(productLines(100, "small again")));
}

TEST(StoreTest, AFullDiskFailsEventsWithoutLosingOlderOnes) {
  StoreOptions options;
  options.maxBytes = 200'000;
  OpenStore open(options);
  std::int64_t acknowledged = 0;
  Status last = ok();
  for (int i = 0; last && i < 10'000; ++i) {
    std::vector<catalog::Event> batch;
    for (int k = 0; k < 20; ++k)
      batch.push_back(eventOf(std::to_string(i) + "-" + std::to_string(k)));
    last = open.store->addEvents(batch);
    if (last) acknowledged += 20;
  }
  ASSERT_FALSE(last);
  EXPECT_NE(last.error().message().find("the disk is full"), std::string::npos);
  open.reopen();
  EXPECT_EQ(open.state().events, acknowledged);
}

TEST(StoreTest, ALockHeldByAnotherProcessIsSaid) {
  OpenStore open;
  auto other = Database::open(open.directory.path() + "/knowledge.db", Database::Mode::ReadWrite,
                              std::chrono::milliseconds(0));
  ASSERT_TRUE(other);
  ASSERT_TRUE((*other)->script("BEGIN IMMEDIATE"));
  const Status stored = open.store->addEvents({eventOf("a")});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code(), ErrorCode::Unavailable);
  EXPECT_NE(stored.error().message().find("locked by another process"), std::string::npos);
  ASSERT_TRUE((*other)->script("ROLLBACK"));
  EXPECT_TRUE(open.store->addEvents({eventOf("a")}));
  EXPECT_EQ(open.state().events, 1);
}

TEST(StoreTest, ConcurrentEventsAllArriveOnce) {
  OpenStore open;
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string own = std::to_string(t) + "-" + std::to_string(i);
        const Status done =
            open.store->addEvents({eventOf(own), eventOf("shared-" + std::to_string(i))});
        if (!done) ++failures;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(open.state().events, 6 * 50 + 50);
}

TEST(StoreTest, ReadersBesideImportsSeeOldOrNewNeverAMix) {
  OpenStore open;
  ASSERT_TRUE(open.import(productLines(400, "a")));
  std::atomic<bool> done{false};
  std::atomic<int> mixed{0}, pages{0};
  std::thread reader([&] {
    while (!done) {
      const auto page = open.store->page(RecordKind::Product, {"", 1'000, ""});
      if (!page) continue;
      std::set<std::string> titles;
      const json parsed = json::parse(*page);
      for (const json& item : parsed["items"]) titles.insert(item["title"].get<std::string>());
      if (titles.size() != 1 || parsed["items"].size() != 400) ++mixed;
      ++pages;
    }
  });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(open.import(productLines(400, "t" + std::to_string(i))));
  while (pages == 0) std::this_thread::yield();
  done = true;
  reader.join();
  EXPECT_EQ(mixed, 0);
}

}  // namespace
}  // namespace shopkeeper::knowledge
