// What every ObjectStore must do, run against each: include it in the one file of a test program
// that instantiates the stores.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "sidecar/backup/storage/object_store.h"
#include "tests/testing/bytes.h"

namespace shopkeeper::backup::testing {

// Null, with a reason, where the store cannot be had on this machine.
struct StoreUnderTest {
  std::shared_ptr<ObjectStore> store;
  std::string missing;
};

struct StoreFactory {
  std::string name;
  std::function<StoreUnderTest()> make;  // an empty store
};

class StoreConformance : public ::testing::TestWithParam<StoreFactory> {
 protected:
  void SetUp() override {
    auto made = GetParam().make();
    if (made.store == nullptr) GTEST_SKIP() << made.missing;
    store_ = made.store;
  }

  void put(const std::string& key, const Bytes& bytes) {
    const Status done = store_->put(key, bytes, PutMode::Replace);
    ASSERT_TRUE(done) << done.error().message();
  }

  std::shared_ptr<ObjectStore> store_;
};

TEST_P(StoreConformance, GivesBackWhatWasPutWithEverySize) {
  for (const std::size_t size : {0U, 1U, 511U, 65'536U, (5U << 20) + 3U}) {
    const Bytes bytes = pattern(size, size);
    put("data/ab/object", bytes);
    const auto back = store_->get("data/ab/object");
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_TRUE(*back == bytes) << size;
    EXPECT_EQ(store_->size("data/ab/object").value(), size);
  }
}

TEST_P(StoreConformance, GivesExactlyTheRangeAskedFor) {
  const Bytes bytes = pattern(10'000, 7);
  put("range", bytes);
  const auto cut = [&](std::size_t from, std::size_t length) {
    return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                 bytes.begin() + static_cast<std::ptrdiff_t>(from + length));
  };
  EXPECT_TRUE(store_->get("range", 0, 1).value() == cut(0, 1));
  EXPECT_TRUE(store_->get("range", 4'321, 1'234).value() == cut(4'321, 1'234));
  EXPECT_TRUE(store_->get("range", 9'999, 1).value() == cut(9'999, 1));
  EXPECT_TRUE(store_->get("range", 9'000, 0).value() == cut(9'000, 1'000));
  EXPECT_TRUE(store_->get("range", 10'000, 0).value().empty());
}

TEST_P(StoreConformance, FewerBytesThanAskedForIsCorruption) {
  put("short", pattern(100, 1));
  put("empty", {});
  EXPECT_EQ(store_->get("short", 90, 11).error().code(), ErrorCode::Corrupt);
  EXPECT_EQ(store_->get("short", 100, 1).error().code(), ErrorCode::Corrupt);
  EXPECT_EQ(store_->get("short", 500, 0).error().code(), ErrorCode::Corrupt);
  EXPECT_EQ(store_->get("empty", 0, 1).error().code(), ErrorCode::Corrupt);
  EXPECT_TRUE(store_->get("empty", 0, 0).value().empty());
}

TEST_P(StoreConformance, WhatIsNotThereIsNotFoundAndMayBeRemoved) {
  EXPECT_EQ(store_->get("no/such").error().code(), ErrorCode::NotFound);
  EXPECT_FALSE(store_->get("no/such").error().retryable());
  EXPECT_EQ(store_->size("no/such").error().code(), ErrorCode::NotFound);
  EXPECT_TRUE(store_->remove("no/such"));
  EXPECT_TRUE(store_->list("no/").value().empty());
}

TEST_P(StoreConformance, AFolderIsNoObject) {
  put("folder/object", bytesOf("x"));
  EXPECT_EQ(store_->get("folder").error().code(), ErrorCode::NotFound);
  EXPECT_EQ(store_->size("folder").error().code(), ErrorCode::NotFound);
  EXPECT_TRUE(store_->remove("folder"));
  EXPECT_EQ(store_->list("").value().size(), 1U);
}

TEST_P(StoreConformance, CreateOnlyNeverReplaces) {
  ASSERT_TRUE(store_->put("keys/one", bytesOf("first"), PutMode::CreateOnly));
  const Status second = store_->put("keys/one", bytesOf("second"), PutMode::CreateOnly);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::AlreadyExists);
  EXPECT_FALSE(second.error().retryable());
  EXPECT_TRUE(store_->get("keys/one").value() == bytesOf("first"));
  put("keys/one", bytesOf("third"));
  EXPECT_TRUE(store_->get("keys/one").value() == bytesOf("third"));
}

TEST_P(StoreConformance, OfManyThatCreateTheSameOneWins) {
  constexpr int kWriters = 8;
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::atomic<int> winner{-1};
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < kWriters; ++i) {
      writers.emplace_back([&, i] {
        const Status done = store_->put("race", bytesOf(std::to_string(i)), PutMode::CreateOnly);
        if (done) {
          ++won;
          winner = i;
        } else if (done.error().code() == ErrorCode::AlreadyExists) {
          ++lost;
        }
      });
    }
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, kWriters - 1);
  EXPECT_TRUE(store_->get("race").value() == bytesOf(std::to_string(winner)));
}

TEST_P(StoreConformance, ListsByPrefixInOrderWithSizes) {
  put("index/bb", pattern(2, 1));
  put("index/aa", pattern(1, 1));
  put("indexes/cc", pattern(3, 1));
  put("data/00/aa", pattern(4, 1));
  put("data/01/aa", pattern(5, 1));
  using Objects = std::vector<StoredObject>;
  EXPECT_EQ(store_->list("index/").value(), (Objects{{"index/aa", 1}, {"index/bb", 2}}));
  EXPECT_EQ(store_->list("index").value(),
            (Objects{{"index/aa", 1}, {"index/bb", 2}, {"indexes/cc", 3}}));
  EXPECT_EQ(store_->list("index/b").value(), (Objects{{"index/bb", 2}}));
  EXPECT_EQ(store_->list("data/").value(), (Objects{{"data/00/aa", 4}, {"data/01/aa", 5}}));
  EXPECT_EQ(store_->list("").value().size(), 5U);
  ASSERT_TRUE(store_->remove("index/aa"));
  EXPECT_EQ(store_->list("index/").value(), (Objects{{"index/bb", 2}}));
}

TEST_P(StoreConformance, RefusesKeysThatAreNone) {
  for (const std::string key : {"", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "a/.b", "a b",
                                "a\nb", "\xc3\xa4", "a\\b", "a%2Fb"}) {
    EXPECT_EQ(store_->put(key, bytesOf("x"), PutMode::Replace).error().code(),
              ErrorCode::InvalidArgument)
        << key;
    EXPECT_EQ(store_->get(key).error().code(), ErrorCode::InvalidArgument) << key;
    EXPECT_EQ(store_->size(key).error().code(), ErrorCode::InvalidArgument) << key;
    EXPECT_EQ(store_->remove(key).error().code(), ErrorCode::InvalidArgument) << key;
  }
  EXPECT_EQ(store_->list("../").error().code(), ErrorCode::InvalidArgument);
  EXPECT_TRUE(store_->list("").value().empty());
  put("A-z_0.9=", bytesOf("x"));
}

TEST_P(StoreConformance, ServesManyThreadsAtOnce) {
  constexpr int kThreads = 8;
  constexpr int kObjects = 12;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kObjects; ++i) {
          const std::string key = "many/" + std::to_string(t) + "/" + std::to_string(i);
          const Bytes bytes = pattern(2'000, static_cast<std::uint64_t>(t * 100 + i));
          EXPECT_TRUE(store_->put(key, bytes, PutMode::CreateOnly));
          const auto back = store_->get(key);
          EXPECT_TRUE(back && *back == bytes) << key;
        }
      });
    }
  }
  EXPECT_EQ(store_->list("many/").value().size(), static_cast<std::size_t>(kThreads * kObjects));
}

}  // namespace shopkeeper::backup::testing
