#include "operator/kube/events.h"

#include <gtest/gtest.h>

#include "operator/kube/event_series.h"
#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;

class EventsTest : public ::testing::Test {
 protected:
  EventsTest() {
    options_.controller = "shopkeeper.dev/operator";
    options_.instance = "operator-0";
    recorder_ = std::make_unique<AsyncEventRecorder>(
        options_, AsyncEventRecorder::Deps{api_, clock_, random_, pause_, &metrics_});
  }
  void publish(const std::string& note = "because") {
    recorder_->publish(guide_, EventType::Warning, "BackupFailed", note, "Backup");
    while (recorder_->sendOne()) {
    }
  }
  std::vector<Object> events() { return api_.listPage(resources::events(), {}, "", {})->items; }

  testing::ManualClock clock_;
  testing::ManualPause pause_{clock_};
  testing::CountingRandom random_;
  testing::MemoryClient api_;
  Metrics metrics_;
  EventOptions options_;
  Object guide_ = testing::makeObject(resources::configMaps(), {"shop", "demo"},
                                      {{"metadata", {{"uid", "u1"}, {"resourceVersion", "9"}}}});
  std::unique_ptr<AsyncEventRecorder> recorder_;
};

TEST_F(EventsTest, HoldsWhatDescribeShows) {
  publish();
  ASSERT_EQ(events().size(), 1u);
  const Object event = events()[0];
  EXPECT_EQ(event.ns(), "shop");
  EXPECT_TRUE(event.name().starts_with("demo."));
  const nlohmann::json& e = event.json();
  EXPECT_EQ(e["type"], "Warning");
  EXPECT_EQ(e["reason"], "BackupFailed");
  EXPECT_EQ(e["action"], "Backup");
  EXPECT_EQ(e["note"], "because");
  EXPECT_EQ(e["reportingController"], "shopkeeper.dev/operator");
  EXPECT_EQ(e["reportingInstance"], "operator-0");
  EXPECT_EQ(e["regarding"]["uid"], "u1");
  EXPECT_EQ(e["regarding"]["kind"], "ConfigMap");
  EXPECT_EQ(e["eventTime"].get<std::string>().size(), 27u);  // MicroTime
  EXPECT_FALSE(e.contains("series"));
}

TEST_F(EventsTest, RepetitionsBecomeOneSeries) {
  for (int i = 0; i < 10; ++i) publish();
  ASSERT_EQ(events().size(), 1u);
  EXPECT_EQ(events()[0].json()["series"]["count"], 2);  // the rest is counted, not written
  EXPECT_EQ(api_.writes(), 2);
  clock_.advance(31s);
  publish();
  EXPECT_EQ(events()[0].json()["series"]["count"], 11);
  EXPECT_EQ(api_.writes(), 3);
}

TEST_F(EventsTest, QuietSeriesBeginsAnew) {
  publish();
  clock_.advance(7min);
  publish();
  EXPECT_EQ(events().size(), 2u);
}

TEST_F(EventsTest, FloodOfDifferentNotesIsCutPerObjectAndReason) {
  for (int i = 0; i < 100; ++i) publish("attempt " + std::to_string(i));
  EXPECT_EQ(events().size(), 25u);
  recorder_->publish(guide_, EventType::Normal, "Ready", "all well", "Reconcile");
  EXPECT_TRUE(recorder_->sendOne());
  EXPECT_EQ(events().size(), 26u);  // another reason is not affected
  EXPECT_NE(metrics_.expose().find("shopkeeper_events_dropped_total 75"), std::string::npos);
}

TEST_F(EventsTest, DeletedSeriesGoesOnInANewEvent) {
  publish();
  const Object event = events()[0];
  ASSERT_TRUE(api_.remove(resources::events(), event.key(), {}, {}));
  publish();
  ASSERT_EQ(events().size(), 1u);
}

TEST_F(EventsTest, TransientFailuresAreRepeatedAndOthersCounted) {
  int calls = 0;
  api_.interfere = [&](const std::string&, const Call&) -> Status {
    if (++calls < 3) return Error(ErrorCode::Unavailable, "reset");
    return ok();
  };
  publish();
  EXPECT_EQ(events().size(), 1u);
  api_.interfere = [](const std::string& verb, const Call&) -> Status {
    if (verb == "create") return Error(ErrorCode::PermissionDenied, "no right");
    return ok();
  };
  publish("another");
  EXPECT_EQ(events().size(), 1u);
  EXPECT_NE(metrics_.expose().find("shopkeeper_events_failed_total 1"), std::string::npos);
}

TEST_F(EventsTest, LimitsOfTheApiAreKept) {
  guide_ = testing::makeObject(resources::nodes(), {"", std::string(253, 'n')});
  recorder_->publish(guide_, EventType::Normal, std::string(200, 'R'),
                     std::string(1023, 'x') + "ü and more", "Reconcile");
  ASSERT_TRUE(recorder_->sendOne());
  const Object event = events()[0];
  EXPECT_EQ(event.ns(), "default");
  EXPECT_LE(event.name().size(), 253u);
  EXPECT_EQ(event.json()["reason"].get<std::string>().size(), 128u);
  EXPECT_EQ(event.json()["note"].get<std::string>(), std::string(1023, 'x'));  // no half letter
}

TEST_F(EventsTest, QueueIsBoundedAndPublishingNeverWaits) {
  for (std::size_t i = 0; i < options_.maxPending + 10; ++i) {
    recorder_->publish(guide_, EventType::Normal, "R", "n", "A");
  }
  EXPECT_NE(metrics_.expose().find("shopkeeper_events_dropped_total 10"), std::string::npos);
}

TEST(EventSeries, MemoryIsBounded) {
  EventOptions options;
  options.maxSeries = 10;
  testing::CountingRandom random;
  EventSeries series(options, random);
  EventWrite write;
  for (int i = 0; i < 1000; ++i) {
    const Object object = testing::makeObject(resources::pods(), {"shop", std::to_string(i)});
    series.note({object, EventType::Normal, "R", "n", "A", {}}, MonotonicTime(1h), write);
    EXPECT_LE(series.size(), 10u);
  }
}

}  // namespace
}  // namespace shopkeeper::kube
