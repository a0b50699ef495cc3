// Guides that the tests of specs share.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "operator/api/parse.h"
#include "operator/specs/platform.h"

namespace shopkeeper::specs {

inline api::ShoppingGuide sampleGuide(const char* spec = R"({"version": "1.4.0"})") {
  nlohmann::json object = {
      {"metadata",
       {{"name", "demo"}, {"namespace", "shop"}, {"uid", "0f1e2d3c-0000-4000-8000-000000000001"}}},
      {"spec", nlohmann::json::parse(spec)}};
  auto guide = api::parseGuide(object);
  EXPECT_TRUE(guide) << guide.error().message();
  return *guide;
}

// Every field set to something that is not its default.
inline api::ShoppingGuide fullGuide() {
  return sampleGuide(R"({
    "version": "2.0.0-rc.1",
    "image": {"registry": "registry.example.com/shop", "pullPolicy": "Always",
              "pullSecrets": [{"name": "registry"}]},
    "catalog": {"url": "https://shop.example.com:8443/catalog.jsonl.gz",
                "refreshSchedule": "30 3 * * *"},
    "components": {
      "ui": {"replicas": 3, "service": {"type": "NodePort", "port": 8000, "nodePort": 30080,
             "annotations": {"example.com/pool": "a"}}},
      "search": {"replicas": 5, "standby": {"replicas": 2},
                 "probe": {"path": "/v1/search?q=tea", "expect": "{\"total\": 'Grünes' #\t\\", "interval": "1s"},
                 "image": "registry.example.com/own/search:9",
                 "resources": {"requests": {"cpu": "250m", "memory": "1Gi"},
                               "limits": {"cpu": 2, "memory": "1Gi"}},
                 "nodeSelector": {"disk": "ssd"},
                 "tolerations": [{"key": "shop", "operator": "Equal", "value": "yes",
                                  "effect": "NoExecute", "tolerationSeconds": 30}]},
      "recommendation": {"replicas": 0},
      "knowledge": {"store": {"sqlite": {"storage": "5Gi", "storageClass": "fast",
                                         "whenDeleted": "Delete"}}},
      "dialogue": {"replicas": 1}},
    "traffic": {"timeout": "750ms", "retries": {"budgetPercent": 0}},
    "sidecar": {"image": "registry.example.com/own/sidecar:3",
                "resources": {"limits": {"memory": "32Mi"}}},
    "networkPolicy": {"uiFrom": [{"cidr": "10.0.0.0/8"}],
                      "metricsFrom": [{"namespaceLabels": {"team": "ops"},
                                       "podLabels": {"app": "prometheus"}}]}})");
}

inline Platform samplePlatform() {
  Platform platform;
  platform.sidecarImage = "shopkeeper/sidecar:1.4.0";
  platform.caBundle = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";
  return platform;
}

}  // namespace shopkeeper::specs
