#include "sidecar/agent/heartbeat_builder.h"

#include <gtest/gtest.h>

#include "common/testing/manual_clock.h"

namespace shopkeeper::sidecar {
namespace {

class HeartbeatBuilderTest : public ::testing::Test {
 protected:
  HeartbeatBuilderTest() {
    wire::Upstream search;
    search.name = "search";
    search.revisions = {{"1.5.0", 2'500}, {"1.4.0", 7'500}};
    for (const char* version : {"1.5.0", "1.4.0"}) {
      wire::Endpoint endpoint;
      endpoint.pod = std::string("search-") + version;
      endpoint.address = "10.0.0." + std::to_string(search.endpoints.size() + 1) + ":8080";
      endpoint.version = version;
      search.endpoints.push_back(endpoint);
    }
    table_.apply({search});
  }
  void requests(int count, Outcome outcome) {
    for (int i = 0; i < count; ++i) {
      const auto pick = table_.find("search")->pick({});
      table_.find("search")->finish(pick, outcome);
    }
  }

  testing::ManualClock clock_;
  SidecarConfig config_;
  SharedState state_;
  UpstreamTable table_{clock_, {}};
  Upstream service_{"service", clock_};
  HeartbeatBuilder builder_{config_, {"ui-0", "n1"}, state_, service_, table_};
};

TEST_F(HeartbeatBuilderTest, ReportsWhatEachRevisionWasReallySent) {
  requests(1'000, Outcome::Success);
  const wire::Heartbeat beat = builder_.next();
  ASSERT_EQ(beat.revisions.size(), 2u);
  EXPECT_EQ(beat.revisions[0].version, "1.5.0");
  EXPECT_NEAR(static_cast<double>(beat.revisions[0].requests), 250, 10);
  EXPECT_EQ(beat.revisions[0].requests + beat.revisions[1].requests, 1'000u);
}

TEST_F(HeartbeatBuilderTest, SaysWhyAnEndpointIsOutAndWhyAnotherIsNot) {
  requests(300, Outcome::ServerError);
  const wire::Heartbeat beat = builder_.next();
  ASSERT_EQ(beat.endpoints.size(), 2u);
  int out = 0;
  for (const wire::EndpointReport& report : beat.endpoints) {
    EXPECT_FALSE(report.reason.empty()) << report.address;
    out += !report.healthy;
    EXPECT_EQ(report.healthy, report.reason.starts_with("not ejected for ")) << report.reason;
  }
  EXPECT_EQ(out, 1);
  EXPECT_GT(beat.revisions[0].errors + beat.revisions[1].errors, 0u);
}

}  // namespace
}  // namespace shopkeeper::sidecar
