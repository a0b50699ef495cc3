#include "services/ui/server/event_queue.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/testing/manual_clock.h"
#include "tests/services/eventually.h"
#include "tests/testing/scripted_http_client.h"

namespace shopkeeper::ui {
namespace {

using testing::eventually;

class EventQueueTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto client = std::make_unique<testing::ScriptedHttpClient>(
        [this](int, const http::Request& request,
               const http::ChunkSink*) -> Result<http::Response> {
          if (down_) return Error(ErrorCode::Unavailable, "down");
          std::lock_guard lock(mutex_);
          const auto body = nlohmann::json::parse(request.body);
          for (const auto& event : body["events"]) {
            received_.push_back(event["id"]);
          }
          http::Response response;
          response.status = status_;
          return response;
        });
    knowledge_ = std::make_unique<Upstream>("knowledge", std::move(client),
                                            std::chrono::milliseconds(100), clock_, metrics_);
  }
  static catalog::Event event(const std::string& id) {
    catalog::Event result;
    result.id = id;
    result.user = "u";
    result.session = "s";
    result.product = "p";
    result.at = "2026-11-23T00:00:00Z";
    return result;
  }
  std::vector<std::string> received() {
    std::lock_guard lock(mutex_);
    return received_;
  }

  std::atomic<bool> down_{false};
  std::atomic<int> status_{202};
  std::mutex mutex_;
  std::vector<std::string> received_;
  testing::ManualClock clock_;
  Metrics metrics_;
  std::unique_ptr<Upstream> knowledge_;
};

TEST_F(EventQueueTest, DeliversInOrder) {
  EventQueue queue(*knowledge_, metrics_);
  queue.start();
  for (int i = 0; i < 250; ++i) queue.push(event("e" + std::to_string(i)));
  ASSERT_TRUE(eventually([&] { return queue.queued() == 0; }));
  const auto ids = received();
  ASSERT_EQ(ids.size(), 250u);
  EXPECT_EQ(ids.front(), "e0");
  EXPECT_EQ(ids.back(), "e249");
  EXPECT_EQ(queue.dropped(), 0u);
}

TEST_F(EventQueueTest, DropsTheOldestAndCountsThemWhileKnowledgeIsAway) {
  down_ = true;
  EventQueue queue(*knowledge_, metrics_, 10);
  queue.start();
  for (int i = 0; i < 25; ++i) queue.push(event("e" + std::to_string(i)));
  EXPECT_EQ(queue.queued(), 10u);
  EXPECT_EQ(queue.dropped(), 15u);
  down_ = false;
  // The breaker rests on this clock; each look moves it on.
  ASSERT_TRUE(eventually([&] {
    clock_.advance(std::chrono::milliseconds(100));
    return queue.queued() == 0;
  }));
  const auto ids = received();
  EXPECT_EQ(ids.front(), "e15");
  EXPECT_EQ(ids.back(), "e24");
}

TEST_F(EventQueueTest, StopTriesOnceMore) {
  EventQueue queue(*knowledge_, metrics_);
  queue.start();
  queue.push(event("last"));
  queue.stop();
  EXPECT_EQ(received(), std::vector<std::string>{"last"});
}

TEST_F(EventQueueTest, RefusedEventsAreNotSentForEver) {
  status_ = 400;
  EventQueue queue(*knowledge_, metrics_);
  queue.start();
  queue.push(event("bad"));
  ASSERT_TRUE(eventually([&] { return queue.queued() == 0; }));
  EXPECT_EQ(queue.dropped(), 1u);
}

}  // namespace
}  // namespace shopkeeper::ui
