#include "operator/specs/network_policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/specs/metadata.h"
#include "tests/operator/specs/sample_guides.h"

namespace shopkeeper::specs {
namespace {

using api::Component;
using nlohmann::json;

json specOf(const api::ShoppingGuide& guide, Component component) {
  return networkPolicy(guide, component, samplePlatform()).at("spec");
}

bool names(const json& peers, const api::ShoppingGuide& guide, Component component) {
  for (const auto& peer : peers) {
    if (peer.value("/podSelector/matchLabels"_json_pointer, json()) == selector(guide, component)) {
      return true;
    }
  }
  return false;
}

TEST(NetworkPolicy, BothSidesOfEveryPathAgreeAndNoOtherIsOpen) {
  const auto guide = sampleGuide();
  for (const auto caller : api::kComponents) {
    for (const auto called : api::kComponents) {
      const auto& upstreams = api::upstreamsOf(caller);
      const bool path = std::find(upstreams.begin(), upstreams.end(), called) != upstreams.end();
      bool out = false;
      const auto callerSpec = specOf(guide, caller);
      for (const auto& rule : callerSpec.at("egress")) {
        out = out || names(rule.value("to", json::array()), guide, called);
      }
      bool in = false;
      const auto rules = specOf(guide, called).value("ingress", json::array());
      for (const auto& rule : rules) {
        in = in || names(rule.value("from", json::array()), guide, caller);
      }
      EXPECT_EQ(out, path) << toString(caller) << " -> " << toString(called);
      EXPECT_EQ(in, path) << toString(caller) << " -> " << toString(called);
    }
  }
}

TEST(NetworkPolicy, OnlyThePageIsOpenToEverybody) {
  for (const auto component : api::kComponents) {
    bool open = false;
    const auto rules = specOf(sampleGuide(), component).value("ingress", json::array());
    for (const auto& rule : rules) {
      open = open || !rule.contains("from");
    }
    EXPECT_EQ(open, component == Component::Ui) << toString(component);
    EXPECT_THAT(specOf(sampleGuide(), component).at("policyTypes"),
                testing::ElementsAre("Ingress", "Egress"));
  }
}

TEST(NetworkPolicy, UiFromClosesThePage) {
  const auto rules = specOf(fullGuide(), Component::Ui).at("ingress");
  EXPECT_EQ(rules[0].at("from"), json::parse(R"([{"ipBlock": {"cidr": "10.0.0.0/8"}}])"));
  EXPECT_EQ(rules[1].at("from"),
            json::parse(R"([{"namespaceSelector": {"matchLabels": {"team": "ops"}},
                             "podSelector": {"matchLabels": {"app": "prometheus"}}}])"));
}

json lastEgress(const std::string& url) {
  auto guide = sampleGuide();
  guide.spec.catalog.url = url;
  return specOf(guide, Component::Knowledge).at("egress").back();
}

TEST(NetworkPolicy, KnowledgeReachesItsCatalogueAndNoMore) {
  const auto port = [](const std::string& url) {
    return lastEgress(url).at("ports")[0].at("port");
  };
  EXPECT_EQ(port("https://shop.example.com/c.csv"), 443);
  EXPECT_EQ(port("http://shop.example.com?x=:9"), 80);
  EXPECT_EQ(port("http://user:secret@shop.example.com:8081/c:9"), 8081);
  EXPECT_EQ(port("http://[2001:db8::1]:8082/"), 8082);
  EXPECT_EQ(port("http://[2001:db8::1]/"), 80);
  const auto ns = [](const std::string& url) {
    return lastEgress(url).at("/to/0/namespaceSelector/matchLabels"_json_pointer).dump();
  };
  EXPECT_THAT(ns("http://files/c.csv"), testing::HasSubstr("\"shop\""));
  EXPECT_THAT(ns("http://files.data.svc/c.csv"), testing::HasSubstr("\"data\""));
  EXPECT_THAT(ns("http://files.data.svc.cluster.local:80/"), testing::HasSubstr("\"data\""));
  EXPECT_EQ(specOf(sampleGuide(), Component::Knowledge).at("egress").size(), 2u);
}

}  // namespace
}  // namespace shopkeeper::specs
