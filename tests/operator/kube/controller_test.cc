#include "operator/kube/controller.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;

const ObjectKey kDemo{"shop", "demo"};

class ControllerTest : public ::testing::Test {
 protected:
  Controller::Deps deps() { return {clock_, random_, &metrics_}; }
  ControllerOptions options() {
    ControllerOptions o;
    o.name = "guide";
    return o;
  }
  // The value of a series without labels other than the controller's.
  std::string series(const std::string& name, const std::string& result = "") {
    const std::string line = name + "{controller=\"guide\"" +
                             (result.empty() ? "" : ",result=\"" + result + "\"") + "} ";
    const std::string text = metrics_.expose();
    const auto at = text.find(line);
    if (at == std::string::npos) return "absent";
    const auto from = at + line.size();
    return text.substr(from, text.find('\n', from) - from);
  }
  std::string total(const std::string& result) {
    return series("controller_runtime_reconcile_total", result);
  }

  testing::ManualClock clock_;
  testing::CountingRandom random_;
  Metrics metrics_;
};

TEST_F(ControllerTest, SeriesAreThereFromTheStart) {
  const Controller controller(options(), [](const auto&) { return Outcome::done(); }, deps());
  for (const char* result : {"success", "error", "requeue", "requeue_after"}) {
    EXPECT_EQ(total(result), "0") << result;
  }
  for (const char* name :
       {"controller_runtime_reconcile_errors_total",
        "controller_runtime_terminal_reconcile_errors_total",
        "controller_runtime_reconcile_panics_total", "controller_runtime_reconcile_timeouts_total",
        "controller_runtime_active_workers", "controller_runtime_reconcile_time_seconds_count"}) {
    EXPECT_EQ(series(name), "0") << name;
  }
  EXPECT_EQ(series("controller_runtime_max_concurrent_reconciles"), "4");
}

TEST_F(ControllerTest, ErrorsComeBackWithBackOffUntilSuccess) {
  int calls = 0;
  std::set<std::string> ids;
  Controller controller(
      options(),
      [&](const ReconcileRequest& request) -> Result<Outcome> {
        ids.insert(request.id);
        EXPECT_EQ(request.key, kDemo);
        if (++calls < 3) return Error(ErrorCode::NotFound, "not yet");
        return Outcome::done();
      },
      deps());
  controller.queue().add(kDemo);
  EXPECT_TRUE(controller.runOnce());
  EXPECT_FALSE(controller.runOnce());
  clock_.advance(5ms);
  EXPECT_TRUE(controller.runOnce());
  clock_.advance(5ms);
  EXPECT_FALSE(controller.runOnce());
  clock_.advance(5ms);
  EXPECT_TRUE(controller.runOnce());
  clock_.advance(1h);
  EXPECT_FALSE(controller.runOnce());
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_EQ(total("error"), "2");
  EXPECT_EQ(total("success"), "1");
  EXPECT_EQ(controller.queue().failures(kDemo), 0);
}

TEST_F(ControllerTest, RequeueAfterIsKept) {
  Controller controller(options(), [](const auto&) { return Outcome::after(30s); }, deps());
  controller.queue().add(kDemo, kPriorityInitial);
  EXPECT_TRUE(controller.runOnce());
  clock_.advance(29s);
  EXPECT_FALSE(controller.runOnce());
  clock_.advance(1s);
  EXPECT_TRUE(controller.runOnce());
  EXPECT_EQ(total("requeue_after"), "2");
}

TEST_F(ControllerTest, TerminalErrorsWaitForTheNextChange) {
  Controller controller(
      options(),
      [](const auto&) { return Outcome::failed(Error(ErrorCode::InvalidArgument, "bad spec")); },
      deps());
  controller.queue().add(kDemo);
  EXPECT_TRUE(controller.runOnce());
  clock_.advance(24h);
  EXPECT_FALSE(controller.runOnce());
  EXPECT_EQ(series("controller_runtime_terminal_reconcile_errors_total"), "1");
  EXPECT_EQ(series("controller_runtime_reconcile_errors_total"), "1");
}

TEST_F(ControllerTest, ExceptionsCostOneAttempt) {
  int calls = 0;
  Controller controller(
      options(),
      [&](const auto&) -> Result<Outcome> {
        if (++calls == 1) throw std::runtime_error("bug");
        if (calls == 2) throw 7;
        return Outcome::done();
      },
      deps());
  controller.queue().add(kDemo);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(controller.runOnce());
    clock_.advance(1s);
  }
  EXPECT_EQ(series("controller_runtime_reconcile_panics_total"), "2");
  EXPECT_EQ(total("success"), "1");
}

TEST_F(ControllerTest, ReconcileIsAskedToStopAtItsTimeout) {
  ControllerOptions o = options();
  o.reconcileTimeout = 20ms;
  Controller controller(
      o,
      [](const ReconcileRequest& request) -> Result<Outcome> {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::unique_lock lock(mutex);
        EXPECT_FALSE(changed.wait_for(lock, request.stop, 60s, [] { return false; }));
        EXPECT_TRUE(request.stop.stop_requested());
        return Error(ErrorCode::Timeout, "gave up");
      },
      deps());
  controller.queue().add(kDemo);
  EXPECT_TRUE(controller.runOnce());
  EXPECT_EQ(series("controller_runtime_reconcile_timeouts_total"), "1");
}

TEST_F(ControllerTest, StopAsksRunningReconcilesAndWaitsForThem) {
  std::atomic<bool> running{false};
  std::atomic<bool> ended{false};
  Controller controller(options(),
                        [&](const ReconcileRequest& request) -> Result<Outcome> {
                          running = true;
                          while (!request.stop.stop_requested()) std::this_thread::yield();
                          ended = true;
                          return Outcome::done();
                        },
                        {systemClock(), random_, &metrics_});
  controller.start();
  controller.queue().add(kDemo);
  while (!running) std::this_thread::yield();
  controller.stop();
  EXPECT_TRUE(ended);
  controller.stop();
}

}  // namespace
}  // namespace shopkeeper::kube
