#include "operator/kube/work_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;

const ObjectKey kA{"shop", "a"};
const ObjectKey kB{"shop", "b"};
const ObjectKey kC{"shop", "c"};

class WorkQueueTest : public ::testing::Test {
 protected:
  std::string next() {
    const auto item = queue_.tryTake();
    return item ? item->key.name : "-";
  }

  testing::ManualClock clock_;
  Metrics metrics_;
  WorkQueue queue_{"test", clock_, &metrics_};
};

TEST_F(WorkQueueTest, KeepsAKeyOnceInOrderOfArrival) {
  queue_.add(kA);
  queue_.add(kB);
  queue_.add(kA);
  EXPECT_EQ(queue_.depth(), 2u);
  EXPECT_EQ(next(), "a");
  EXPECT_EQ(next(), "b");
  EXPECT_EQ(next(), "-");
}

TEST_F(WorkQueueTest, KeyAddedWhileWorkedOnComesAgainAfterDone) {
  queue_.add(kA);
  EXPECT_EQ(next(), "a");
  queue_.add(kA);
  EXPECT_EQ(next(), "-");
  queue_.done(kA);
  EXPECT_EQ(next(), "a");
  queue_.done(kA);
  EXPECT_EQ(next(), "-");
}

TEST_F(WorkQueueTest, PeopleComeBeforeTheInitialList) {
  queue_.add(kA, kPriorityInitial);
  queue_.add(kB, kPriorityInitial);
  queue_.add(kC, kPriorityNormal);
  queue_.add(kB, kPriorityNormal);   // raised
  queue_.add(kC, kPriorityInitial);  // not lowered
  EXPECT_EQ(next(), "c");
  EXPECT_EQ(next(), "b");
  const auto last = queue_.tryTake();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->key, kA);
  EXPECT_EQ(last->priority, kPriorityInitial);
}

TEST_F(WorkQueueTest, DelayedKeysWaitAndTheEarlierTimeCounts) {
  queue_.addAfter(kA, 10s);
  queue_.addAfter(kA, 5s);
  queue_.addAfter(kA, 20s);
  EXPECT_EQ(next(), "-");
  EXPECT_EQ(queue_.depth(), 0u);
  clock_.advance(5s);
  EXPECT_EQ(next(), "a");
  queue_.done(kA);
  clock_.advance(60s);
  EXPECT_EQ(next(), "-");
}

TEST_F(WorkQueueTest, DelayedKeyThatFallsDueWhileWorkedOnWaitsForDone) {
  queue_.add(kA);
  EXPECT_EQ(next(), "a");
  queue_.addAfter(kA, 1s);
  clock_.advance(2s);
  EXPECT_EQ(next(), "-");
  queue_.done(kA);
  EXPECT_EQ(next(), "a");
}

TEST_F(WorkQueueTest, FailuresWaitLongerEachTime) {
  for (const auto wait : {5ms, 10ms, 20ms}) {
    queue_.addRateLimited(kA);
    clock_.advance(wait - 1ms);
    EXPECT_EQ(next(), "-");
    clock_.advance(1ms);
    EXPECT_EQ(next(), "a");
    queue_.done(kA);
  }
  EXPECT_EQ(queue_.failures(kA), 3);
  queue_.forget(kA);
  queue_.addRateLimited(kA);
  clock_.advance(5ms);
  EXPECT_EQ(next(), "a");
}

TEST_F(WorkQueueTest, ShutDownHandsOutNothingMore) {
  queue_.add(kA);
  queue_.shutDown();
  queue_.add(kB);
  EXPECT_EQ(next(), "-");
  EXPECT_FALSE(queue_.take());
}

TEST_F(WorkQueueTest, MetricsHaveControllerRuntimesNames) {
  queue_.add(kA);
  queue_.add(kA);
  clock_.advance(2s);
  EXPECT_EQ(next(), "a");
  clock_.advance(3s);
  queue_.done(kA);
  const std::string text = metrics_.expose();
  const std::string labels = R"({controller="test",name="test"})";
  EXPECT_NE(text.find("workqueue_adds_total" + labels + " 1"), std::string::npos) << text;
  EXPECT_NE(text.find("workqueue_depth" + labels + " 0"), std::string::npos);
  EXPECT_NE(text.find("workqueue_retries_total" + labels + " 0"), std::string::npos);
  EXPECT_NE(text.find("workqueue_queue_duration_seconds_sum" + labels + " 2"), std::string::npos);
  EXPECT_NE(text.find("workqueue_work_duration_seconds_sum" + labels + " 3"), std::string::npos);
  EXPECT_NE(text.find("workqueue_longest_running_processor_seconds" + labels + " 0"),
            std::string::npos);
}

TEST(WorkQueue, ManyWorkersNeverShareAKeyAndMissNothing) {
  constexpr int kKeys = 20;
  constexpr int kAdds = 4000;
  WorkQueue queue("race", systemClock(), nullptr);
  std::atomic<int> active[kKeys] = {};
  std::atomic<int> wanted[kKeys] = {};  // adds so far
  std::atomic<int> seen[kKeys] = {};    // adds known when last worked on
  std::atomic<bool> shared{false};
  std::vector<std::jthread> workers;
  for (int w = 0; w < 8; ++w) {
    workers.emplace_back([&] {
      while (const auto item = queue.take()) {
        const int k = std::stoi(item->key.name);
        if (active[k].fetch_add(1) != 0) shared = true;
        seen[k] = wanted[k].load();
        active[k].fetch_sub(1);
        queue.done(item->key);
      }
    });
  }
  std::vector<std::jthread> producers;
  for (int p = 0; p < 4; ++p) {
    producers.emplace_back([&, p] {
      for (int i = 0; i < kAdds; ++i) {
        const int k = (i * 7 + p) % kKeys;
        ++wanted[k];
        if (i % 3 == 0) {
          queue.addAfter({"", std::to_string(k)}, std::chrono::microseconds(i % 50));
        } else {
          queue.add({"", std::to_string(k)}, i % 2 == 0 ? kPriorityInitial : kPriorityNormal);
        }
      }
    });
  }
  producers.clear();
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  const auto settled = [&] {
    for (int k = 0; k < kKeys; ++k) {
      if (seen[k] != wanted[k]) return false;
    }
    return true;
  };
  while (!settled() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_TRUE(settled()) << "the last add of a key was not worked on";
  EXPECT_FALSE(shared.load());
  queue.shutDown();
}

TEST(WorkQueue, WaitingTakeEndsAtStopAndAtShutDown) {
  WorkQueue queue("wait", systemClock(), nullptr);
  std::stop_source stop;
  std::jthread first([&] { EXPECT_FALSE(queue.take(stop.get_token())); });
  stop.request_stop();
  first.join();
  std::jthread second([&] { EXPECT_FALSE(queue.take()); });
  queue.shutDown();
}

TEST(WorkQueue, WaitingTakeSeesADelayedKey) {
  WorkQueue queue("delay", systemClock(), nullptr);
  queue.addAfter(kA, 20ms);
  const auto item = queue.take();
  ASSERT_TRUE(item);
  EXPECT_EQ(item->key, kA);
}

}  // namespace
}  // namespace shopkeeper::kube
