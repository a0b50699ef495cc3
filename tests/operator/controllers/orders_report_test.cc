#include "operator/controllers/orders_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shopkeeper::controllers {
namespace {

world::PodView pod(const std::string& name, const std::string& order = "") {
  world::PodView view;
  view.name = name;
  view.order = order;
  return view;
}

TEST(OrdersReport, IsEmptyWithoutOrders) {
  EXPECT_EQ(reportOrders(std::nullopt, {pod("a")}), OrdersReport());
  EXPECT_EQ(reportOrders("", {}), OrdersReport());
  EXPECT_EQ(reportOrders("{}", {}), OrdersReport());
}

TEST(OrdersReport, SaysWhatIsInForce) {
  const auto report = reportOrders(
      R"({"pin": {"knowledge": "demo-knowledge-0"},
          "weights": {"search": {"1.4.0": 9550, "1.5.0": 450}},
          "mirrors": {"dialogue": [{"version": "1.5.0", "percent": 10}]},
          "faults": [{"id": "d1", "component": "search", "kind": "Hang"}]})",
      {pod("demo-search-1", "drain")});
  EXPECT_TRUE(report.accepted);
  EXPECT_EQ(report.reason, "Applied");
  EXPECT_EQ(report.message,
            "search 1.4.0=95.50% 1.5.0=4.50%; "
            "knowledge pinned to pod demo-knowledge-0 (not there); "
            "dialogue 10% copied to 1.5.0; fault d1 in search; pod demo-search-1: drain");
}

TEST(OrdersReport, SaysWhatIsWrongAndWhatIsAllowed) {
  auto report = reportOrders(R"({"pin": {"ui": "x"}})", {});
  EXPECT_FALSE(report.accepted);
  EXPECT_EQ(report.reason, "InvalidOrders");
  EXPECT_THAT(report.message,
              testing::HasSubstr("annotation shopkeeper.dev/orders: orders.pin.ui"));
  EXPECT_THAT(report.message, testing::HasSubstr("nothing of it is applied"));

  report = reportOrders(std::nullopt, {pod("demo-search-1", "stop")});
  EXPECT_FALSE(report.accepted);
  EXPECT_EQ(report.reason, "InvalidPodOrder");
  EXPECT_THAT(report.message,
              testing::HasSubstr("pod demo-search-1: annotation shopkeeper.dev/traffic must be "
                                 "drain or eject, not \"stop\""));
}

}  // namespace
}  // namespace shopkeeper::controllers
