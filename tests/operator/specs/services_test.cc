#include "operator/specs/services.h"

#include <gtest/gtest.h>

#include "tests/operator/specs/sample_guides.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

TEST(Service, IsHeadlessButForThePage) {
  for (const auto component : api::kComponents) {
    const auto spec = service(sampleGuide(), component).at("spec");
    EXPECT_EQ(spec.value("clusterIP", "") == "None", component != Component::Ui);
    EXPECT_EQ(spec.at("ports")[0].at("port"), component == Component::Ui ? 80 : 8080);
    EXPECT_EQ(spec.at("ports")[0].at("targetPort"), "http");
  }
}

TEST(GuideUrl, Table) {
  auto guide = sampleGuide();
  EXPECT_EQ(guideUrl(guide, nullptr), "http://demo-ui.shop.svc");
  guide.spec.uiService.port = 8000;
  EXPECT_EQ(guideUrl(guide, nullptr), "http://demo-ui.shop.svc:8000");
  guide.spec.uiService = {"LoadBalancer", 80, 0, {}};
  EXPECT_EQ(guideUrl(guide, json::object()), "http://demo-ui.shop.svc");
  const auto with = [](const char* ingress) {
    return json{{"status", {{"loadBalancer", {{"ingress", json::parse(ingress)}}}}}};
  };
  EXPECT_EQ(guideUrl(guide, with(R"([{"ip": "192.0.2.7"}])")), "http://192.0.2.7");
  EXPECT_EQ(guideUrl(guide, with(R"([{"ip": "2001:db8::7"}])")), "http://[2001:db8::7]");
  EXPECT_EQ(guideUrl(guide, with(R"([{"hostname": "lb.example.com", "ip": "192.0.2.7"}])")),
            "http://lb.example.com");
  EXPECT_EQ(guideUrl(guide, with("[]")), "http://demo-ui.shop.svc");
}

}  // namespace
}  // namespace shopkeeper::specs
