#include "operator/controllers/drift.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace shopkeeper::controllers {
namespace {

using nlohmann::json;

struct Case {
  const char* name;
  const char* desired;
  const char* live;
  const char* drift;  // empty: none
};

class Drift : public testing::TestWithParam<Case> {};

TEST_P(Drift, IsFoundOrNot) {
  EXPECT_EQ(firstDrift(json::parse(GetParam().desired), json::parse(GetParam().live)),
            GetParam().drift);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Drift,
    testing::Values(
        Case{"equal", R"({"a": 1})", R"({"a": 1})", ""},
        Case{"defaults_of_the_server", R"({"spec": {"replicas": 2}})",
             R"({"spec": {"replicas": 2, "revisionHistoryLimit": 10}, "status": {}})", ""},
        Case{"changed_value", R"({"spec": {"replicas": 2}})", R"({"spec": {"replicas": 5}})",
             "spec.replicas"},
        Case{"removed_value", R"({"spec": {"replicas": 2}})", R"({"spec": {}})", "spec.replicas"},
        Case{"removed_object", R"({"spec": {"a": {"b": 1}}})", R"({"spec": {}})", "spec.a"},
        Case{"false_and_absent", R"({"a": false, "b": 0, "c": "", "d": [], "e": {}})", "{}", ""},
        Case{"zero_is_not_five", R"({"replicas": 0})", R"({"replicas": 5})", "replicas"},
        Case{"scaled_to_zero_by_hand", R"({"replicas": 2})", R"({"replicas": 0})", "replicas"},
        Case{"quantities", R"({"resources": {"requests": {"cpu": "1000m", "memory": "1024Mi"}}})",
             R"({"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}})", ""},
        Case{"other_quantity", R"({"resources": {"limits": {"memory": "1Gi"}}})",
             R"({"resources": {"limits": {"memory": "2Gi"}}})", "resources.limits.memory"},
        Case{"text_that_is_no_quantity", R"({"data": {"a": "1000m"}})", R"({"data": {"a": "1"}})",
             "data.a"},
        Case{"container_by_name", R"({"containers": [{"name": "a", "image": "x"}]})",
             R"({"containers": [{"name": "injected"}, {"name": "a", "image": "x", "tty": true}]})",
             ""},
        Case{"container_image", R"({"containers": [{"name": "a", "image": "x"}]})",
             R"({"containers": [{"name": "a", "image": "evil"}]})", "containers[a].image"},
        Case{"container_gone", R"({"containers": [{"name": "a"}, {"name": "b"}]})",
             R"({"containers": [{"name": "a"}]})", "containers[b]"},
        Case{"arguments_are_one_value", R"({"args": ["a"]})", R"({"args": ["a", "--evil"]})",
             "args"},
        Case{"order_of_arguments", R"({"args": ["a", "b"]})", R"({"args": ["b", "a"]})", "args[0]"},
        Case{"service_selector_is_one_value", R"({"spec": {"selector": {"a": "1"}}})",
             R"({"spec": {"selector": {"a": "1", "evil": "yes"}}})", "spec.selector"},
        Case{"match_labels_are_one_value", R"({"podSelector": {"matchLabels": {"a": "1"}}})",
             R"({"podSelector": {"matchLabels": {"a": "1", "b": "2"}}})",
             "podSelector.matchLabels"},
        Case{"policy_rule_added",
             R"({"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]})",
             R"({"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}, {}]})", "ingress"},
        Case{"policy_peers_added", R"({"ingress": [{"from": [{"podSelector": {}}]}]})",
             R"({"ingress": [{"from": [{"podSelector": {}}, {"namespaceSelector": {}}]}]})",
             "ingress[0].from"},
        Case{"policy_opened", R"({"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]})",
             R"({"ingress": [{}]})", "ingress[0].from"},
        Case{"policy_ports", R"({"ports": [{"port": 53, "protocol": "UDP"}]})",
             R"({"ports": [{"port": 53, "protocol": "UDP"}, {"port": 1, "protocol": "TCP"}]})",
             "ports"},
        Case{
            "service_ports", R"({"ports": [{"name": "http", "port": 80, "targetPort": "http"}]})",
            R"({"ports": [{"name": "http", "port": 80, "targetPort": "http", "nodePort": 31000}]})",
            ""},
        Case{"owner_taken_away",
             R"({"metadata": {"ownerReferences": [{"uid": "u", "name": "demo"}]}})",
             R"({"metadata": {"name": "x"}})", "metadata.ownerReferences"},
        Case{"label_changed", R"({"metadata": {"labels": {"a": "1"}}})",
             R"({"metadata": {"labels": {"a": "2", "others": "3"}}})", "metadata.labels.a"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace shopkeeper::controllers
