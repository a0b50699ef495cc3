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
  for (const auto& endpoint : plan.endpoints[static_cast<std::size_t>(Component::Search)]) {
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
  const auto& endpoint = plan.endpoints[static_cast<std::size_t>(Component::Search)].at(0);
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
  EXPECT_EQ(plan.endpoints[static_cast<std::size_t>(Component::Search)][0].address,
            "[2001:db8::7]:8080");
}

TEST(UpstreamsFor, ACallerSeesItsOwnUpstreamsOnly) {
  api::GuideSpec spec;
  spec.timeout = std::chrono::milliseconds(750);
  spec.retryBudgetPercent = 7;
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

TrafficPlan planWith(int timeoutMs) {
  TrafficPlan plan;
  plan.timeoutMs = timeoutMs;
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
