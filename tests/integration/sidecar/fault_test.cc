// Faults of drills at the ingress: each kind does what it says, and each ends by itself.
#include <gmock/gmock.h>

#include <thread>

#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

class FaultTest : public ProxyTest {
 protected:
  FaultTest() : service_("service") { start(service_.port()); }

  void inject(wire::FaultKind kind, int ttlMs = 60'000, int delayMs = 0) {
    wire::Fault fault;
    fault.id = "drill-" + std::to_string(++injected_);
    fault.component = "search";
    fault.kind = kind;
    fault.ttlMs = ttlMs;
    fault.delayMs = delayMs;
    fault.status = 502;
    faults_.apply({fault}, systemClock().now());
  }

  Backend service_;
  int injected_ = 0;
};

TEST_F(FaultTest, AStatusComesInsteadOfTheService) {
  inject(wire::FaultKind::Status);
  EXPECT_EQ(get(ingress(), "/v1/x").status, 502);
  EXPECT_EQ(service_.requests(), 0);
  faults_.apply({}, systemClock().now());
  EXPECT_EQ(get(ingress(), "/v1/x").status, 200) << "gone as soon as it is not ordered any more";
}

TEST_F(FaultTest, ADelayComesBeforeTheService) {
  inject(wire::FaultKind::Delay, 60'000, 150);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(get(ingress(), "/v1/x").status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(150));
}

TEST_F(FaultTest, ACorruptBodyKeepsItsLengthAndStatus) {
  const std::string right = get(ingress(), "/v1/x").body;
  inject(wire::FaultKind::Corrupt);
  const Answer wrong = get(ingress(), "/v1/x");
  EXPECT_EQ(wrong.status, 200);
  EXPECT_EQ(wrong.body.size(), right.size());
  EXPECT_NE(wrong.body, right);
}

TEST_F(FaultTest, AResetGivesNoAnswer) {
  inject(wire::FaultKind::Reset);
  EXPECT_EQ(get(ingress(), "/v1/x").status, 0);
}

TEST_F(FaultTest, AHangEndsWithItsTimeAndTheRequestIsServed) {
  inject(wire::FaultKind::Hang, 300);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(get(ingress(), "/v1/x").status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(250));
  EXPECT_EQ(get(ingress(), "/v1/x").status, 200);
}

TEST_F(FaultTest, AHangHoldsNoRequestPastItsDeadline) {
  plane_.reset();
  config_.ingress.requestTimeout = milliseconds(200);
  start(service_.port());
  inject(wire::FaultKind::Hang);
  EXPECT_EQ(get(ingress(), "/v1/x").status, 0);
  EXPECT_EQ(service_.requests(), 0);
}

}  // namespace
}  // namespace shopkeeper::sidecar
