// sidecar.yaml as the operator writes it, checked by the sidecar itself.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "operator/specs/sidecar_config.h"
#include "tests/operator/specs/sample_guides.h"

namespace shopkeeper::specs {
namespace {

int check(const std::string& yaml) {
  char name[] = "/tmp/shopkeeper-sidecar-yaml-XXXXXX";
  const int descriptor = ::mkstemp(name);
  std::ofstream(name) << yaml;
  const int status =
      std::system((std::string(SIDECAR_PROGRAM) + " --check --config " + name).c_str());
  ::close(descriptor);
  ::unlink(name);
  return status;
}

TEST(SidecarContract, TheSidecarAcceptsWhatTheOperatorWrites) {
  const auto permissive =
      sampleGuide(R"({"version": "1.0.0", "traffic": {"mtls": {"mode": "Permissive"}}})");
  const auto strict =
      sampleGuide(R"({"version": "1.0.0", "traffic": {"mtls": {"mode": "Strict"}}})");
  for (const auto& guide : {sampleGuide(), fullGuide(), permissive, strict}) {
    for (const auto component : api::kComponents) {
      const auto yaml = sidecarYaml(guide, component, samplePlatform());
      EXPECT_EQ(check(yaml), 0) << yaml;
    }
  }
}

TEST(SidecarContract, TheCheckCanFail) { EXPECT_NE(check("guide: demo\nnonsense: 1\n"), 0); }

}  // namespace
}  // namespace shopkeeper::specs
