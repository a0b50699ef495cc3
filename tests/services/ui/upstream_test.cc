#include "services/ui/server/upstream.h"

#include <gtest/gtest.h>

#include "common/testing/manual_clock.h"
#include "tests/testing/scripted_http_client.h"

namespace shopkeeper::ui {
namespace {

class UpstreamTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto client = std::make_unique<testing::ScriptedHttpClient>(
        [this](int, const http::Request&, const http::ChunkSink*) -> Result<http::Response> {
          if (status_ == 0) return Error(ErrorCode::Timeout, "too slow");
          http::Response response;
          response.status = status_;
          return response;
        });
    client_ = client.get();
    upstream_ = std::make_unique<Upstream>("search", std::move(client),
                                           std::chrono::milliseconds(2000), clock_, metrics_);
  }
  std::size_t calls() const { return client_->requests().size(); }

  int status_ = 200;
  testing::ManualClock clock_;
  Metrics metrics_;
  testing::ScriptedHttpClient* client_ = nullptr;
  std::unique_ptr<Upstream> upstream_;
};

TEST_F(UpstreamTest, UsesItsDeadline) {
  ASSERT_TRUE(upstream_->get("/x").has_value());
  EXPECT_EQ(client_->timeouts().at(0), std::chrono::milliseconds(2000));
  EXPECT_EQ(upstream_->health(), Upstream::Health::Up);
}

TEST_F(UpstreamTest, RestsAfterThreeFailuresThenTriesOne) {
  status_ = 0;
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(upstream_->get("/x").has_value());
  EXPECT_EQ(calls(), 3u);
  EXPECT_EQ(upstream_->health(), Upstream::Health::Down);
  clock_.advance(std::chrono::seconds(3));
  EXPECT_FALSE(upstream_->get("/x").has_value());
  EXPECT_FALSE(upstream_->get("/x").has_value());
  EXPECT_EQ(calls(), 4u);
  status_ = 200;
  clock_.advance(std::chrono::seconds(3));
  EXPECT_TRUE(upstream_->get("/x").has_value());
  EXPECT_TRUE(upstream_->get("/x").has_value());
  EXPECT_EQ(upstream_->health(), Upstream::Health::Up);
}

TEST_F(UpstreamTest, AnErrorOfOursIsNoFailureOfTheirs) {
  status_ = 404;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(upstream_->get("/x")->status, 404);
  EXPECT_EQ(calls(), 5u);
  EXPECT_EQ(upstream_->health(), Upstream::Health::Up);
}

TEST_F(UpstreamTest, ProbesOnlyWhereNothingWasAskedLately) {
  EXPECT_EQ(upstream_->health(), Upstream::Health::Unknown);
  upstream_->probe();
  upstream_->probe();
  EXPECT_EQ(calls(), 1u);
  clock_.advance(std::chrono::seconds(6));
  upstream_->probe();
  EXPECT_EQ(calls(), 2u);
}

}  // namespace
}  // namespace shopkeeper::ui
