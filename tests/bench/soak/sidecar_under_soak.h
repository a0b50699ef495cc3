// The sidecar's program as it runs in a pod: a service beside it, an operator over TLS.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tests/bench/proxy/backend.h"
#include "tests/bench/proxy/child.h"
#include "tests/testing/fake_operator.h"
#include "tests/testing/test_pki.h"

namespace shopkeeper::bench {

class SidecarUnderSoak {
 public:
  // Files go to `directory`; readiness checks of peers go to `checkPort`. Returns when directives
  // were applied, or Unavailable after 20 s with the end of the log.
  static Result<std::unique_ptr<SidecarUnderSoak>> start(const std::string& binary,
                                                         const std::string& directory,
                                                         const wire::Directives& directives,
                                                         std::uint16_t checkPort);

  const Child& child() const { return *child_; }
  std::uint16_t egress() const { return egress_; }
  testing::FakeOperator& theOperator() { return *operator_; }

  // What the kubelet and Prometheus ask for: /healthz, /readyz, /service/healthz, /metrics.
  // Unavailable where one is not answered 200.
  Status scrape() const;

 private:
  std::unique_ptr<testing::TestCa> ca_;
  std::unique_ptr<testing::FakeOperator> operator_;
  std::unique_ptr<Backend> service_;
  std::unique_ptr<Child> child_;
  std::uint16_t egress_ = 0;
  std::uint16_t admin_ = 0;
};

}  // namespace shopkeeper::bench
