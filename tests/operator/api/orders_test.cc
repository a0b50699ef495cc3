#include "operator/api/orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shopkeeper::api {
namespace {

TEST(ParseOrders, ReadsEveryField) {
  const auto orders = parseOrders(R"({
    "pin": {"knowledge": "demo-knowledge-0"},
    "weights": {"search": {"1.4.0": 9500, "1.5.0": 500}},
    "mirrors": {"search": [{"version": "1.5.0", "percent": 10, "compare": false}]},
    "faults": [{"id": "drill-1", "component": "search", "pod": "demo-search-1", "kind": "Delay",
                "percent": 50, "delayMs": 300, "ttlMs": 5000},
               {"id": "drill-2", "component": "ui", "kind": "Status", "status": 500}]})");
  ASSERT_TRUE(orders) << orders.error().message();
  EXPECT_EQ(orders->of(Component::Knowledge).pin, "demo-knowledge-0");
  const auto& search = orders->of(Component::Search);
  EXPECT_EQ(search.weights, (std::vector<wire::RevisionWeight>{{"1.4.0", 9'500}, {"1.5.0", 500}}));
  EXPECT_EQ(search.mirrors, (std::vector<wire::Mirror>{{"1.5.0", 10, false}}));
  EXPECT_EQ(orders->faults,
            (std::vector<wire::Fault>{
                {"drill-1", "search", "demo-search-1", wire::FaultKind::Delay, 50, 300, 503, 5'000},
                {"drill-2", "ui", "", wire::FaultKind::Status, 100, 0, 500, 60'000}}));
  EXPECT_EQ(parseOrders("{}").value(), Orders());
}

struct WrongOrders {
  const char* text;
  const char* sentence;
};

class Wrong : public testing::TestWithParam<WrongOrders> {};

TEST_P(Wrong, IsRefusedWithFieldAndRemedy) {
  const auto orders = parseOrders(GetParam().text);
  ASSERT_FALSE(orders);
  EXPECT_EQ(orders.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(orders.error().message(), testing::HasSubstr(GetParam().sentence));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Wrong,
    testing::Values(
        WrongOrders{"drain everything", "must be a JSON object"},
        WrongOrders{"[]", "must be a JSON object"},
        WrongOrders{R"({"pins": {}})", "orders.pins is unknown; the fields are faults, mirrors"},
        WrongOrders{R"({"pin": {"serach": "a"}})", "orders.pin.serach must be one of search"},
        WrongOrders{R"({"pin": {"ui": "a"}})", "orders.pin.ui must be one of search"},
        WrongOrders{R"({"pin": {"search": 3}})", "orders.pin.search must be a string"},
        WrongOrders{R"({"weights": {"search": {"1.4.0": 9500}}})",
                    "orders.weights.search must add up to 10000 (hundredths of a percent), not "
                    "9500"},
        WrongOrders{R"({"weights": {"search": {"1.4.0": 10001}}})",
                    "orders.weights.search.1.4.0 must be within 0 to 10000"},
        WrongOrders{R"({"weights": {"search": {}}})", "must add up to 10000"},
        WrongOrders{R"({"mirrors": {"search": {"version": "1"}}})", "must be a list"},
        WrongOrders{R"({"mirrors": {"search": [{"percent": 5}]}})",
                    "orders.mirrors.search[0].version must name"},
        WrongOrders{R"({"mirrors": {"search": [{"version": "1"}]}})",
                    "orders.mirrors.search[0].percent must be within 1 to 100"},
        WrongOrders{R"({"mirrors": {"search": [{"version": "1", "percentage": 5}]}})",
                    "orders.mirrors.search[0].percentage is unknown"},
        WrongOrders{R"({"faults": [{"component": "search", "kind": "Hang"}]})",
                    "orders.faults[0].id must be"},
        WrongOrders{R"({"faults": [{"id": "a", "component": "search", "kind": "Hang"},
                                   {"id": "a", "component": "search", "kind": "Hang"}]})",
                    "orders.faults[1].id must be"},
        WrongOrders{R"({"faults": [{"id": "a", "component": "db", "kind": "Hang"}]})",
                    "orders.faults[0].component must be one of ui"},
        WrongOrders{R"({"faults": [{"id": "a", "component": "ui", "kind": "Explode"}]})",
                    "orders.faults[0].kind must be one of Delay"},
        WrongOrders{R"({"faults": [{"id": "a", "component": "ui", "kind": "Delay"}]})",
                    "orders.faults[0].delayMs must be within"},
        WrongOrders{R"({"faults": [{"id": "a", "component": "ui", "kind": "Hang", "ttlMs": 0}]})",
                    "orders.faults[0].ttlMs must be within 1 to 600000"}));

TEST(ParseOrders, RefusesALongText) { EXPECT_FALSE(parseOrders(std::string(20'000, ' ') + "{}")); }

TEST(ParsePodOrder, KnowsDrainAndEject) {
  EXPECT_EQ(parsePodOrder("drain"), wire::EndpointOrder::Drain);
  EXPECT_EQ(parsePodOrder("eject"), wire::EndpointOrder::Eject);
  EXPECT_FALSE(parsePodOrder("Drain"));
  EXPECT_FALSE(parsePodOrder(""));
}

}  // namespace
}  // namespace shopkeeper::api
