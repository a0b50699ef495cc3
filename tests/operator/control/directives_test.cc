#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/control/directives_book.h"
#include "operator/control/directives_plan.h"

namespace shopkeeper::control {
namespace {

using api::Component;
using world::PodView;

PodView pod(const std::string& name, Component component, bool ready = true) {
  PodView view;
  view.name = name;
  view.component = component;
  view.version = "1.0.0";
  view.address = "10.0.0." + std::to_string(name.back() - 'a' + 1);
  view.node = "node-" + name.substr(name.size() - 1);
  view.running = true;
  view.ready = ready;
  return view;
}

const Draining kNobodyDrains = [](const std::string&) { return false; };
const ZoneOf kZones = [](const std::string& node) { return "zone-of-" + node; };

std::vector<std::string> searchPods(const TrafficPlan& plan) {
  std::vector<std::string> out;
  for (const auto& endpoint : plan.of(Component::Search).endpoints) {
    out.push_back(endpoint.pod + (endpoint.terminating ? " (ends)" : ""));
  }
  return out;
}

TEST(TrafficPlan, ReadyPodsFirstThenTerminatingOnesMarked) {
  auto ends = pod("search-a", Component::Search);
  ends.terminating = true;
  const auto plan = planTraffic(
      {}, {ends, pod("search-c", Component::Search), pod("search-b", Component::Search)},
      kNobodyDrains, kZones);
  EXPECT_THAT(searchPods(plan), testing::ElementsAre("search-b", "search-c", "search-a (ends)"));
}

TEST(TrafficPlan, CarriesWhatSidecarsChooseBy) {
  const auto plan = planTraffic({}, {pod("search-a", Component::Search)}, kNobodyDrains, kZones);
  const auto& endpoint = plan.of(Component::Search).endpoints.at(0);
  EXPECT_EQ(endpoint.address, "10.0.0.1:8080");
  EXPECT_EQ(endpoint.node, "node-a");
  EXPECT_EQ(endpoint.zone, "zone-of-node-a");
  EXPECT_EQ(endpoint.version, "1.0.0");
}

TEST(TrafficPlan, UnreadyPodsAreUsedOnlyWhereNoOtherIs) {
  const auto unready = pod("search-a", Component::Search, false);
  EXPECT_THAT(searchPods(planTraffic({}, {unready, pod("search-b", Component::Search)},
                                     kNobodyDrains, kZones)),
              testing::ElementsAre("search-b"));
  EXPECT_THAT(searchPods(planTraffic({}, {unready}, kNobodyDrains, kZones)),
              testing::ElementsAre("search-a"));
}

TEST(TrafficPlan, ADrainingSidecarCountsAsTerminatingAtOnce) {
  const auto drains = [](const std::string& name) { return name == "search-a"; };
  EXPECT_THAT(searchPods(planTraffic(
                  {}, {pod("search-a", Component::Search), pod("search-b", Component::Search)},
                  drains, kZones)),
              testing::ElementsAre("search-b", "search-a (ends)"));
}

TEST(TrafficPlan, LeavesOutPodsThatCannotBeReached) {
  auto pending = pod("search-a", Component::Search, false);
  pending.address = "";
  auto finished = pod("search-b", Component::Search, false);
  finished.running = false;
  EXPECT_THAT(searchPods(planTraffic({}, {pending, finished}, kNobodyDrains, kZones)),
              testing::IsEmpty());
}

TEST(TrafficPlan, WritesIpv6AddressesWithBrackets) {
  auto six = pod("search-a", Component::Search);
  six.address = "2001:db8::7";
  const auto plan = planTraffic({}, {six}, kNobodyDrains, kZones);
  EXPECT_EQ(plan.of(Component::Search).endpoints[0].address, "[2001:db8::7]:8080");
}

TEST(UpstreamsFor, ACallerSeesItsOwnUpstreamsOnly) {
  api::GuideSpec spec;
  spec.traffic.timeoutMs = 750;
  spec.traffic.retries.budgetPercent = 7;
  const auto plan =
      planTraffic(spec, {pod("ui-a", Component::Ui), pod("knowledge-a", Component::Knowledge)},
                  kNobodyDrains, kZones);
  const auto upstreams = upstreamsFor(Component::Search, plan);
  ASSERT_EQ(upstreams.size(), 1u);
  EXPECT_EQ(upstreams[0].name, "knowledge");
  EXPECT_EQ(upstreams[0].policy.timeoutMs, 750);
  EXPECT_EQ(upstreams[0].policy.retries.budgetPercent, 7);
  ASSERT_EQ(upstreams[0].endpoints.size(), 1u);
  EXPECT_THAT(upstreamsFor(Component::Knowledge, plan), testing::IsEmpty());
}

TEST(TrafficPlan, PrioritiesAndPathsFollowTheComponent) {
  api::GuideSpec spec;
  spec.traffic.retries.retriablePaths = {"/v1/x"};
  spec.traffic.hedge.quantilePercent = 95;
  const auto plan = planTraffic(spec, {}, kNobodyDrains, kZones);
  const auto policy = [&](Component component) { return plan.of(component).policy; };
  EXPECT_EQ(policy(Component::Search).priority, wire::Priority::Critical);
  EXPECT_EQ(policy(Component::Knowledge).priority, wire::Priority::Critical);
  EXPECT_EQ(policy(Component::Dialogue).priority, wire::Priority::Normal);
  EXPECT_EQ(policy(Component::Recommendation).priority, wire::Priority::Sheddable);
  EXPECT_THAT(policy(Component::Search).retries.retriablePaths, testing::ElementsAre("/v1/x"));
  EXPECT_THAT(policy(Component::Knowledge).retries.retriablePaths,
              testing::ElementsAre("/v1/x", "/v1/events"));
  EXPECT_THAT(policy(Component::Dialogue).retries.retriablePaths, testing::IsEmpty());
  EXPECT_EQ(policy(Component::Recommendation).hedge.quantilePercent, 95);
}

TEST(TrafficPlan, TiersAndOrdersOfPods) {
  auto primary = pod("search-a", Component::Search);
  primary.order = "drain";
  auto standby = pod("search-b", Component::Search);
  standby.standby = true;
  standby.order = "eject";
  auto other = pod("search-c", Component::Search);
  other.order = "nonsense";
  const auto plan = planTraffic({}, {primary, standby, other}, kNobodyDrains, kZones);
  const auto& endpoints = plan.of(Component::Search).endpoints;
  ASSERT_EQ(endpoints.size(), 3u);
  EXPECT_EQ(endpoints[0].tier, wire::Tier::Primary);
  EXPECT_EQ(endpoints[0].order, wire::EndpointOrder::Drain);
  EXPECT_EQ(endpoints[1].tier, wire::Tier::Standby);
  EXPECT_EQ(endpoints[1].order, wire::EndpointOrder::Eject);
  EXPECT_EQ(endpoints[2].order, wire::EndpointOrder::None);
}

TEST(TrafficPlan, OrdersReachTheCallersAndFaultsTheirComponent) {
  const auto orders = api::parseOrders(R"({
      "pin": {"knowledge": "knowledge-a"},
      "weights": {"search": {"1.0.0": 9000, "1.1.0": 1000}},
      "mirrors": {"search": [{"version": "1.1.0", "percent": 5}]},
      "faults": [{"id": "f", "component": "search", "kind": "Hang"}]})");
  ASSERT_TRUE(orders) << orders.error().message();
  DirectivesBook book;
  book.lead(1);
  book.update({"shop", "demo"}, planTraffic({}, {}, kNobodyDrains, kZones, *orders));
  const auto ui = book.newerThan(0, {"shop", "demo"}, Component::Ui);
  ASSERT_TRUE(ui);
  EXPECT_EQ(ui->upstreams[0].revisions, orders->of(Component::Search).weights);
  EXPECT_EQ(ui->upstreams[0].mirrors, orders->of(Component::Search).mirrors);
  EXPECT_EQ(ui->upstreams[2].pin, "knowledge-a");
  EXPECT_THAT(ui->faults, testing::IsEmpty());
  const auto search = book.newerThan(0, {"shop", "demo"}, Component::Search);
  ASSERT_TRUE(search);
  EXPECT_EQ(search->faults, orders->faults);
  EXPECT_EQ(search->generation, ui->generation) << "one generation for all of it";
  EXPECT_TRUE(wire::parseDirectives(wire::toJson(*ui)));
  EXPECT_TRUE(wire::parseDirectives(wire::toJson(*search)));
}

TrafficPlan planWith(int timeoutMs) {
  TrafficPlan plan;
  plan.of(Component::Search).policy.timeoutMs = timeoutMs;
  return plan;
}

const kube::ObjectKey kDemo{"shop", "demo"};

TEST(DirectivesBook, NumbersByTermAndChange) {
  DirectivesBook book;
  book.lead(3);
  EXPECT_TRUE(book.update(kDemo, planWith(1)));
  EXPECT_EQ(book.generationOf(kDemo), (std::uint64_t{3} << 32) + 1);
  EXPECT_FALSE(book.update(kDemo, planWith(1))) << "an equal plan is no new one";
  EXPECT_TRUE(book.update(kDemo, planWith(2)));
  EXPECT_EQ(book.generationOf(kDemo), (std::uint64_t{3} << 32) + 2);
}

TEST(DirectivesBook, GivesOnlyWhatIsNewer) {
  DirectivesBook book;
  book.lead(1);
  EXPECT_FALSE(book.newerThan(0, kDemo, Component::Ui)) << "nothing is known yet";
  book.update(kDemo, planWith(1));
  const auto first = book.newerThan(0, kDemo, Component::Ui);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->guide, "demo");
  EXPECT_EQ(first->nameSpace, "shop");
  EXPECT_EQ(first->upstreams.size(), 4u);
  EXPECT_FALSE(book.newerThan(first->generation, kDemo, Component::Ui));
  book.update(kDemo, planWith(2));
  EXPECT_TRUE(book.newerThan(first->generation, kDemo, Component::Ui));
}

TEST(DirectivesBook, ANewTermIsNewerThanTheOldOne) {
  DirectivesBook book;
  book.lead(1);
  for (int i = 0; i < 1000; ++i) book.update(kDemo, planWith(i));
  const auto old = book.generationOf(kDemo);
  book.lead(2);
  EXPECT_FALSE(book.newerThan(old, kDemo, Component::Ui)) << "plans of the old term are dropped";
  book.update(kDemo, planWith(1));
  EXPECT_GT(book.generationOf(kDemo), old);
}

TEST(DirectivesBook, DeletedLeaseDoesNotFreezeSidecars) {
  DirectivesBook book;
  book.lead(1);  // the Lease was deleted: transitions began anew
  book.update(kDemo, planWith(1));
  const std::uint64_t applied = (std::uint64_t{9} << 32) + 5;
  const auto given = book.newerThan(applied, kDemo, Component::Ui);
  ASSERT_TRUE(given);
  EXPECT_GT(given->generation, applied);
  EXPECT_FALSE(book.newerThan(given->generation, kDemo, Component::Ui));
  book.update(kDemo, planWith(2));
  EXPECT_GT(book.generationOf(kDemo), given->generation);
}

TEST(DirectivesBook, AnAbsurdGenerationCannotPushTheCounterToItsEnd) {
  DirectivesBook book;
  book.lead(1);
  book.update(kDemo, planWith(1));
  const auto before = book.generationOf(kDemo);
  const auto given = book.newerThan(~std::uint64_t{0}, kDemo, Component::Ui);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->generation, before);
}

TEST(DirectivesBook, ForgetsAGuide) {
  DirectivesBook book;
  book.lead(1);
  book.update(kDemo, planWith(1));
  book.forget(kDemo);
  EXPECT_FALSE(book.newerThan(0, kDemo, Component::Ui));
}

}  // namespace
}  // namespace shopkeeper::control
