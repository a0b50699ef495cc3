// Two replicas: one works, the other knows where it is and takes over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "common/http/client.h"
#include "tests/integration/operator/guide_fixture.h"

namespace shopkeeper::testing {
namespace {

using nlohmann::json;
namespace resources = kube::resources;

class Leadership : public GuideTest {
 protected:
  std::unique_ptr<OperatorProcess> replica() {
    return startOperator(OPERATOR_PROGRAM, {"--lease-duration=3s", "--lease-renew-deadline=2s",
                                            "--lease-retry-period=500ms"});
  }
  static bool leads(const OperatorProcess& process) {
    return process.logHas("controllers started");
  }
};

TEST_F(Leadership, TheOtherReplicaSendsSidecarsToTheLeaderAndTakesOver) {
  auto first = replica();
  ASSERT_TRUE(eventually([&] { return leads(*first); }));
  const auto second = replica();
  ASSERT_TRUE(eventually([&] { return second->port("control") != 0; }))
      << "a replica that does not lead serves too";
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());

  http::ClientTls tls;
  tls.ca = live(resources::configMaps(), "demo-operator-ca").at("data").at("ca.crt");
  tls.serverName = "shopkeeper-operator." + system_ + ".svc";
  const auto client =
      http::makeCpprestClient("https://127.0.0.1:" + std::to_string(second->port("control")), tls);
  ASSERT_TRUE(client);
  const auto answer = (*client)->send({"POST", "/v1/heartbeat", {}, "{}", ""}, {});
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->status, 421);
  // --control-listen names port 0 in tests, and the identity carries what was asked for.
  EXPECT_THAT(answer->body, ::testing::HasSubstr("127.0.0.1:"));

  first->signal(SIGKILL);
  ASSERT_TRUE(eventually([&] { return leads(*second); }));
  ASSERT_TRUE(client_->remove(resources::services(), {ns_, "demo-ui"}));
  EXPECT_TRUE(waitForAllObjects()) << "the new leader works";
}

TEST_F(Leadership, AReplicaThatLostTheLeaseStepsDownAndLivesOn) {
  const auto first = replica();
  ASSERT_TRUE(eventually([&] { return leads(*first); }));
  first->signal(SIGSTOP);
  const auto second = replica();
  ASSERT_TRUE(eventually([&] { return leads(*second); }));
  applyGuide("demo", {{"version", "1.0.0"}});
  ASSERT_TRUE(waitForAllObjects());
  first->signal(SIGCONT);
  ASSERT_TRUE(eventually([&] { return first->logHas("controllers stopped"); }));
  EXPECT_TRUE(first->running());
  EXPECT_EQ(second->stop(), 0);
  ASSERT_TRUE(client_->remove(resources::services(), {ns_, "demo-ui"}));
  EXPECT_TRUE(waitForAllObjects()) << "the first one leads again";
}

}  // namespace
}  // namespace shopkeeper::testing
