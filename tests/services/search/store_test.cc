#include "services/search/store.h"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "services/search/engine.h"
#include "tests/services/search/shop.h"

namespace shopkeeper::search {
namespace {

namespace fs = std::filesystem;
using testing::asking;
using testing::shop;

std::vector<std::string> filesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class StoreTest : public ::testing::Test {
 protected:
  StoreOptions options() const { return {directory_.path() + "/search", 4, {}}; }
  // Overwrites bytes in the middle of the current index file.
  void damageIndex() const {
    for (const std::string& name : filesIn(options().directory)) {
      if (!name.ends_with(".xapian")) continue;
      const std::string path = options().directory + "/" + name;
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(fs::file_size(path) / 2));
      file << "damage";
    }
  }

  testing::TemporaryDirectory directory_;
  const Engine engine_{Ranking{}, Synonyms::builtin()};
};

TEST_F(StoreTest, AnIndexSurvivesARestart) {
  {
    IndexStore store(options());
    ASSERT_EQ(store.load().error().code(), ErrorCode::NotFound);
    EXPECT_EQ(store.current(), nullptr);
    ASSERT_TRUE(store.publish(shop("v1")));
  }
  IndexStore again(options());
  ASSERT_TRUE(again.load());
  EXPECT_EQ(again.current()->version(), "v1");
  EXPECT_EQ(engine_.search(*again.current(), asking("mechanical keyboard"))->hits[0].id, "key-1");
}

TEST_F(StoreTest, ADamagedFileIsRefusedAndReplaced) {
  {
    IndexStore store(options());
    ASSERT_TRUE(store.publish(shop("v1")));
  }
  damageIndex();
  IndexStore again(options());
  const Status loaded = again.load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code(), ErrorCode::Corrupt);
  ASSERT_TRUE(again.publish(shop("v1")));
  EXPECT_EQ(engine_.search(*again.current(), asking("laptop"))->hits.empty(), false);
  IndexStore third(options());
  ASSERT_TRUE(third.load());
  EXPECT_EQ(filesIn(options().directory).size(), 2u) << "the damaged file went when it was loaded";
}

TEST_F(StoreTest, ADamagedManifestIsRefused) {
  {
    IndexStore store(options());
    ASSERT_TRUE(store.publish(shop("v1")));
  }
  for (const char* text :
       {"", "{", "[]", R"({"format":1,"file":"../../etc/passwd","sha256":"","bytes":0})",
        R"({"format":999,"file":"index-1.xapian","sha256":"","bytes":1})"}) {
    std::ofstream(options().directory + "/current.json", std::ios::trunc) << text;
    IndexStore again(options());
    const Status loaded = again.load();
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().code(), ErrorCode::Corrupt) << text;
  }
}

TEST_F(StoreTest, TheOldFileGoesWithItsLastReader) {
  IndexStore store(options());
  ASSERT_TRUE(store.publish(shop("v1")));
  auto reader = store.current();
  ASSERT_TRUE(store.publish(shop("v2")));
  EXPECT_TRUE(fs::exists(reader->file()));
  EXPECT_EQ(engine_.search(*reader, asking("laptop"))->version, "v1");
  const std::string old = reader->file();
  reader.reset();
  EXPECT_FALSE(fs::exists(old));
  EXPECT_EQ(store.current()->version(), "v2");
}

TEST_F(StoreTest, WhatAnInterruptedBuildLeftIsRemoved) {
  {
    IndexStore store(options());
    ASSERT_TRUE(store.publish(shop("v1")));
  }
  fs::create_directories(options().directory + "/building");
  std::ofstream(options().directory + "/index-77.xapian") << "half";
  IndexStore again(options());
  ASSERT_TRUE(again.load());
  EXPECT_THAT(filesIn(options().directory),
              ::testing::ElementsAre("current.json", "index-1.xapian"));
  ASSERT_TRUE(again.publish(shop("v2")));
  EXPECT_THAT(again.current()->file(), ::testing::EndsWith("index-78.xapian"));
}

TEST_F(StoreTest, AFailedBuildLeavesTheOldIndexInUse) {
  IndexStore store(options());
  ASSERT_TRUE(store.publish(shop("v1")));
  // A file where the scratch directory has to go is removed; a directory in the way of the index
  // itself is not.
  fs::create_directories(options().directory + "/index-2.xapian/in-the-way");
  EXPECT_FALSE(store.publish(shop("v2")));
  EXPECT_EQ(store.current()->version(), "v1");
  EXPECT_TRUE(engine_.search(*store.current(), asking("laptop")));
  EXPECT_TRUE(store.publish(shop("v2"))) << "the next number is free";
}

TEST_F(StoreTest, ReadersNeverSeeASwap) {
  IndexStore store(options());
  ASSERT_TRUE(store.publish(shop("v0")));
  std::atomic<bool> stop{false};
  std::atomic<int> searches{0}, wrong{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 6; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto index = store.current();
        const auto result = engine_.search(*index, asking("tavrin laptop 14 in"));
        if (!result || result->hits.empty() || result->hits[0].id != "lap-1" ||
            result->version != index->version()) {
          ++wrong;
        }
        ++searches;
      }
    });
  }
  for (int i = 1; i <= 8; ++i) {
    ASSERT_TRUE(store.publish(shop("v" + std::to_string(i))));
    const int before = searches;
    while (searches < before + 20) std::this_thread::yield();
  }
  stop = true;
  readers.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(searches, 160);
  EXPECT_THAT(filesIn(options().directory), ::testing::SizeIs(2));
}

}  // namespace
}  // namespace shopkeeper::search
