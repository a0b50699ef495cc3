#include "services/catalog/follower.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "common/testing/manual_clock.h"
#include "services/catalog/snapshot_file.h"
#include "tests/services/catalog/knowledge_double.h"
#include "tests/services/eventually.h"
#include "tests/services/temporary_directory.h"

namespace shopkeeper::catalog {
namespace {

using shopkeeper::testing::eventually;
using testing::KnowledgeDouble;

class FollowerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Follower> follow(SnapshotConsumer consumer = {}) {
    FollowerOptions options;
    options.dataDir = directory_.path();
    options.interval = std::chrono::milliseconds(5);
    auto follower = Follower::create(options, knowledge_, clock_, metrics_, std::move(consumer));
    follower->start();
    return follower;
  }
  bool reaches(const Follower& follower, const std::string& version) {
    return eventually([&] {
      const auto snapshot = follower.current();
      return snapshot != nullptr && snapshot->version == version;
    });
  }
  // Looks at knowledge that happen from now on.
  bool looksAgain(int times = 3) {
    const int before = knowledge_.calls("/v1/catalog");
    return eventually([&] { return knowledge_.calls("/v1/catalog") >= before + times; });
  }
  std::string copy() const { return directory_.path() + "/catalogue.jsonl.gz"; }

  shopkeeper::testing::TemporaryDirectory directory_;
  shopkeeper::testing::ManualClock clock_;
  Metrics metrics_;
  KnowledgeDouble knowledge_;
};

TEST_F(FollowerTest, LoadsEveryPageAndThenOnlyConfirms) {
  knowledge_.setCatalogue("1-a", 5, 3);
  const auto follower = follow();
  ASSERT_TRUE(reaches(*follower, "1-a"));
  EXPECT_EQ(follower->current()->products.size(), 5u);
  EXPECT_EQ(follower->current()->answers.size(), 3u);
  ASSERT_TRUE(looksAgain());
  EXPECT_EQ(knowledge_.calls("/v1/products"), 3);
  EXPECT_FALSE(follower->stale());
}

TEST_F(FollowerTest, StartsFromTheCopyOnDiskWithoutKnowledge) {
  knowledge_.setCatalogue("1-a", 3);
  {
    const auto follower = follow();
    ASSERT_TRUE(reaches(*follower, "1-a"));
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(copy()); }));
  }
  knowledge_.intercept([](const std::string&) {
    return Result<http::Response>(Error(ErrorCode::Unavailable, "connection refused"));
  });
  const auto follower = follow();
  ASSERT_TRUE(reaches(*follower, "1-a"));
  EXPECT_EQ(follower->current()->products.size(), 3u);
  EXPECT_TRUE(follower->stale()) << "never confirmed";
}

TEST_F(FollowerTest, BecomesStaleWithoutConfirmationAndFreshWithIt) {
  knowledge_.setCatalogue("1-a", 1);
  const auto follower = follow();
  ASSERT_TRUE(reaches(*follower, "1-a"));
  ASSERT_TRUE(eventually([&] { return !follower->stale(); }));
  knowledge_.intercept([](const std::string&) {
    return Result<http::Response>(Error(ErrorCode::Timeout, "no answer"));
  });
  ASSERT_TRUE(looksAgain());
  clock_.advance(std::chrono::seconds(30));
  EXPECT_FALSE(follower->stale()) << "30 s are still allowed";
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(follower->stale());
  knowledge_.intercept({});
  EXPECT_TRUE(eventually([&] { return !follower->stale(); }));
}

TEST_F(FollowerTest, AnInterruptedDownloadIsNeverPublished) {
  knowledge_.setCatalogue("1-a", 4);
  const auto follower = follow();
  ASSERT_TRUE(reaches(*follower, "1-a"));
  knowledge_.intercept([](const std::string& target) -> std::optional<Result<http::Response>> {
    if (target.find("after=p-1001") == std::string::npos) return {};
    return Result<http::Response>(Error(ErrorCode::Unavailable, "connection reset"));
  });
  knowledge_.setCatalogue("2-b", 6);
  ASSERT_TRUE(looksAgain());
  EXPECT_EQ(follower->current()->version, "1-a");
  knowledge_.intercept({});
  ASSERT_TRUE(reaches(*follower, "2-b"));
  EXPECT_EQ(follower->current()->products.size(), 6u);
}

TEST_F(FollowerTest, AVersionThatChangesMidwayIsNeverMixed) {
  knowledge_.setCatalogue("1-a", 6);
  std::atomic<bool> changed{false};
  knowledge_.intercept([&](const std::string& target) -> std::optional<Result<http::Response>> {
    if (target.find("after=p-1003") != std::string::npos && !changed.exchange(true)) {
      knowledge_.setCatalogue("2-b", 6);
    }
    return {};
  });
  std::mutex mutex;
  std::vector<std::shared_ptr<const Snapshot>> seen;
  const auto follower = follow([&](std::shared_ptr<const Snapshot> snapshot) {
    std::lock_guard lock(mutex);
    seen.push_back(std::move(snapshot));
    return ok();
  });
  ASSERT_TRUE(reaches(*follower, "2-b"));
  std::lock_guard lock(mutex);
  ASSERT_EQ(seen.size(), 1u);
  for (const Product& product : seen[0]->products) EXPECT_EQ(product.title, "2-b");
}

TEST_F(FollowerTest, GoneStartsOver) {
  knowledge_.setCatalogue("1-a", 6);
  std::atomic<int> gone{2};
  knowledge_.intercept([&](const std::string& target) -> std::optional<Result<http::Response>> {
    if (target.find("after=p-1001") == std::string::npos || gone-- <= 0) return {};
    http::Response response;
    response.status = 410;
    response.body = R"({"error":{"code":"Gone","message":"replaced"}})";
    return Result<http::Response>(response);
  });
  const auto follower = follow();
  ASSERT_TRUE(reaches(*follower, "1-a"));
  EXPECT_EQ(follower->current()->products.size(), 6u);
}

TEST_F(FollowerTest, AnswersThatDoNotAddUpAreRefused) {
  const std::vector<std::pair<const char*, const char*>> bad = {
      {"/v1/catalog", "not json"},
      {"/v1/catalog", R"({"version":7,"products":1,"answers":1})"},
      {"/v1/catalog", R"({"version":"x","products":-1,"answers":1})"},
      {"/v1/products", R"({"version":"1-a","items":[],"next":null})"},
      {"/v1/products", R"({"version":"1-a","items":{},"next":null})"},
      {"/v1/products", R"({"version":"1-a","items":[{"id":"p"}],"next":null})"},
      {"/v1/products",
       R"({"version":"1-a","items":[{"id":"p","title":"t"},{"id":"p","title":"t"}],"next":null})"},
      {"/v1/products", R"({"version":"1-a","items":[],"next":""})"}};
  knowledge_.setCatalogue("1-a", 2);
  std::atomic<std::size_t> which{0};
  knowledge_.intercept([&](const std::string& target) -> std::optional<Result<http::Response>> {
    const std::size_t i = which;
    if (i >= bad.size() || !target.starts_with(bad[i].first)) return {};
    http::Response response;
    response.body = bad[i].second;
    return Result<http::Response>(response);
  });
  const auto follower = follow();
  for (; which < bad.size(); ++which) {
    ASSERT_TRUE(looksAgain());
    EXPECT_EQ(follower->current(), nullptr) << bad[which].second;
  }
  EXPECT_TRUE(reaches(*follower, "1-a"));
}

TEST_F(FollowerTest, ADamagedCopyIsIgnoredAndReplaced) {
  std::ofstream(copy()) << "\x1f\x8bgarbage";
  knowledge_.setCatalogue("1-a", 2);
  const auto follower = follow();
  ASSERT_TRUE(reaches(*follower, "1-a"));
  EXPECT_TRUE(eventually([&] { return loadSnapshot(copy()).has_value(); }));
}

TEST_F(FollowerTest, ARefusingConsumerKeepsTheOldSnapshotAndIsAskedAgain) {
  knowledge_.setCatalogue("1-a", 2);
  std::atomic<int> refusals{2};
  std::atomic<int> offered{0};
  const auto follower = follow([&](const std::shared_ptr<const Snapshot>& snapshot) -> Status {
    ++offered;
    if (snapshot->version == "2-b" && refusals-- > 0) {
      return Error(ErrorCode::Unavailable, "index cannot be built");
    }
    return ok();
  });
  ASSERT_TRUE(reaches(*follower, "1-a"));
  knowledge_.setCatalogue("2-b", 4);
  ASSERT_TRUE(reaches(*follower, "2-b"));
  EXPECT_EQ(offered, 4);
  EXPECT_EQ(knowledge_.calls("/v1/products"), 1 + 2) << "a refused snapshot was read again";
}

TEST_F(FollowerTest, AStoreThatLostItsDataDoesNotEmptyTheCopy) {
  knowledge_.setCatalogue("1-a", 2);
  const auto follower = follow();
  ASSERT_TRUE(reaches(*follower, "1-a"));
  knowledge_.setCatalogue("", 0, 0);
  ASSERT_TRUE(looksAgain());
  EXPECT_EQ(follower->current()->version, "1-a");
  clock_.advance(std::chrono::seconds(31));
  EXPECT_TRUE(follower->stale());
}

TEST_F(FollowerTest, WithoutAnyCopyAnEmptyStoreCounts) {
  knowledge_.setCatalogue("", 0, 0);
  const auto follower = follow();
  ASSERT_TRUE(eventually([&] { return follower->current() != nullptr; }));
  EXPECT_TRUE(follower->current()->products.empty());
  EXPECT_FALSE(std::filesystem::exists(copy()));
}

TEST_F(FollowerTest, ReadsEventsToTheEnd) {
  knowledge_.setEvents(7);
  std::vector<std::uint64_t> seen;
  const auto last = readEvents(knowledge_, 2, {}, [&](const Event& e) { seen.push_back(e.seq); });
  ASSERT_TRUE(last) << last.error().message();
  EXPECT_EQ(*last, 7u);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{3, 4, 5, 6, 7}));
  const auto again = readEvents(knowledge_, *last, {}, [](const Event&) { FAIL(); });
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, 7u);
}

}  // namespace
}  // namespace shopkeeper::catalog
