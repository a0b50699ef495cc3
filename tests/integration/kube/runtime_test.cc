// Informer, queue, controller, fence and events together, as an operator uses them.
#include <nlohmann/json.hpp>

#include "operator/kube/controller.h"
#include "operator/kube/events.h"
#include "operator/kube/fenced_client.h"
#include "operator/kube/informer.h"
#include "operator/kube/leader_gate.h"
#include "tests/integration/kube/api_server.h"
#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::eventually;
using testing::makeObject;

// A small operator: each ConfigMap labelled role=parent owns one named NAME-child with its data.
class RuntimeTest : public testing::ApiServerTest {
 protected:
  void SetUp() override {
    ApiServerTest::SetUp();
    if (IsSkipped()) return;
    gate_.open(bootClock().now(), 1h, 2h, 1);
    fenced_ = fence(*client_, gate_);
    InformerOptions options;
    options.ns = ns_;
    informer_ = std::make_unique<Informer>(
        maps_, options,
        Informer::Deps{*client_, systemClock(), systemRandom(), realPause(), &metrics_});
    ControllerOptions controller;
    controller.name = "parent";
    controller_ = std::make_unique<Controller>(
        controller, [this](const ReconcileRequest& request) { return reconcile(request); },
        Controller::Deps{systemClock(), systemRandom(), &metrics_});
    informer_->addHandler([this](const InformerEvent& event) {
      const int priority = event.initial() ? kPriorityInitial : kPriorityNormal;
      if (const auto owner = event.object().controller()) {
        controller_->queue().add({event.key().ns, owner->name}, priority);
      } else {
        controller_->queue().add(event.key(), priority);
      }
    });
  }
  void TearDown() override {
    if (controller_) controller_->stop();
    if (informer_) informer_->stop();
  }

  Result<Outcome> reconcile(const ReconcileRequest& request) {
    const auto parent = informer_->store().get(request.key);
    if (!parent || parent->label("role") != "parent") return Outcome::done();
    const ObjectKey key{request.key.ns, request.key.name + "-child"};
    const json data = parent->json().value("data", json::object());
    const auto child = informer_->store().get(key);
    if (child && child->json().value("data", json::object()) == data) return Outcome::done();
    ApplyOptions options;
    options.fieldManager = "runtime-test";
    const auto applied = fenced_->apply(
        maps_,
        makeObject(maps_, key,
                   {{"metadata", {{"ownerReferences", {parent->asControllerReference()}}}},
                    {"data", data}}),
        options, {.timeout = 10s, .stop = request.stop, .gate = nullptr});
    if (!applied) return applied.error();
    return Outcome::done();
  }
  void putParent(const std::string& name, const std::string& value) {
    ApplyOptions options;
    options.fieldManager = "person";
    ASSERT_TRUE(client_->apply(
        maps_,
        makeObject(maps_, {ns_, name},
                   {{"metadata", {{"labels", {{"role", "parent"}}}}}, {"data", {{"v", value}}}}),
        options));
  }
  std::string child(const std::string& name) {
    const auto object = client_->get(maps_, {ns_, name + "-child"});
    return object ? object->json()["data"]["v"].get<std::string>() : "absent";
  }
  double writes() {
    const std::string text = metrics_.expose();
    double sum = 0;
    for (std::size_t at = 0; (at = text.find("rest_client_requests_total{", at)) != text.npos;) {
      const std::string line = text.substr(at, text.find('\n', at) - at);
      if (line.find("\"PATCH\"") != line.npos) sum += std::stod(line.substr(line.rfind(' ')));
      ++at;
    }
    return sum;
  }

  const Resource& maps_ = resources::configMaps();
  LeaderGate gate_{bootClock()};
  std::unique_ptr<Client> fenced_;
  std::unique_ptr<Informer> informer_;
  std::unique_ptr<Controller> controller_;
};

TEST_F(RuntimeTest, KeepsTheWorldAsDesired) {
  putParent("early", "1");
  informer_->start();
  ASSERT_TRUE(informer_->waitForSync(60s, {}));
  controller_->start();
  EXPECT_TRUE(eventually([&] { return child("early") == "1"; }));
  putParent("late", "7");
  EXPECT_TRUE(eventually([&] { return child("late") == "7"; }));
  putParent("late", "8");
  EXPECT_TRUE(eventually([&] { return child("late") == "8"; }));
  // Drift is corrected.
  ASSERT_TRUE(client_->patch(maps_, {ns_, "late-child"}, PatchType::Merge,
                             {{"data", {{"v", "tampered"}}}}));
  EXPECT_TRUE(eventually([&] { return child("late") == "8"; }));
  ASSERT_TRUE(client_->remove(maps_, {ns_, "early-child"}));
  EXPECT_TRUE(eventually([&] { return child("early") == "1"; }));
}

TEST_F(RuntimeTest, WritesNothingWhenNothingDiffers) {
  putParent("p", "1");
  informer_->start();
  ASSERT_TRUE(informer_->waitForSync(60s, {}));
  controller_->start();
  ASSERT_TRUE(eventually([&] { return child("p") == "1"; }));
  ASSERT_TRUE(eventually([&] {
    return informer_->store().contains({ns_, "p-child"}) && controller_->queue().depth() == 0;
  }));
  const double before = writes();
  for (int i = 0; i < 200; ++i) {
    controller_->queue().add({ns_, "p"});
    ASSERT_TRUE(eventually([&] { return controller_->queue().depth() == 0; }));
  }
  EXPECT_EQ(writes(), before);
}

TEST_F(RuntimeTest, ClosedGateHoldsEveryWriteBackAndOpensAgain) {
  gate_.close();
  putParent("p", "1");
  informer_->start();
  ASSERT_TRUE(informer_->waitForSync(60s, {}));
  controller_->start();
  ASSERT_TRUE(eventually([&] { return controller_->queue().failures({ns_, "p"}) >= 3; }));
  EXPECT_EQ(child("p"), "absent");
  gate_.open(bootClock().now(), 1h, 2h, 2);
  EXPECT_TRUE(eventually([&] { return child("p") == "1"; }));
}

TEST_F(RuntimeTest, EventsAreRecordedAndAggregated) {
  const auto made = client_->create(maps_, makeObject(maps_, {ns_, "m"}));
  ASSERT_TRUE(made);
  EventOptions options;
  options.controller = "shopkeeper.dev/test";
  options.instance = "test-0";
  {
    AsyncEventRecorder recorder(options,
                                {*client_, systemClock(), systemRandom(), realPause(), &metrics_});
    recorder.start();
    for (int i = 0; i < 5; ++i) {
      recorder.publish(*made, EventType::Warning, "Tested", "as often as it takes", "Test");
    }
    recorder.publish(*made, EventType::Normal, "Ready", "all well", "Test");
    ASSERT_TRUE(eventually([&] {
      const auto events = listAll(*client_, resources::events(), {ns_, "", "", 500});
      return events && events->items.size() == 2;
    }));
  }
  int series = 0;
  const auto events = listAll(*client_, resources::events(), {ns_, "", "", 500});
  ASSERT_TRUE(events) << events.error().message();
  for (const Object& event : events->items) {
    EXPECT_EQ(event.json()["regarding"]["name"], "m");
    if (event.json()["reason"] == "Tested") series = event.json()["series"]["count"];
  }
  EXPECT_EQ(series, 2);
  EXPECT_NE(metrics_.expose().find("shopkeeper_events_failed_total 0"), std::string::npos);
}

}  // namespace
}  // namespace shopkeeper::kube
