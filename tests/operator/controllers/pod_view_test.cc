#include "operator/world/pod_view.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "operator/world/transforms.h"

namespace shopkeeper::world {
namespace {

using nlohmann::json;

json readyPod() {
  return json::parse(R"({
    "metadata": {"name": "demo-search-1", "namespace": "shop", "uid": "u", "resourceVersion": "7",
                 "labels": {"app.kubernetes.io/component": "search",
                            "app.kubernetes.io/version": "1.4.0"},
                 "annotations": {"big": "text"}},
    "spec": {"nodeName": "node-1", "containers": [{"name": "search"}]},
    "status": {"phase": "Running", "podIP": "10.0.0.7", "hostIP": "192.0.2.1",
               "conditions": [{"type": "Ready", "status": "True"}],
               "containerStatuses": [{"name": "search", "state": {"running": {}}}]}})");
}

TEST(PodView, ReadsAReadyPod) {
  const auto view = viewPod(readyPod());
  ASSERT_TRUE(view);
  EXPECT_EQ(*view, (PodView{"demo-search-1", api::Component::Search, "1.4.0", "10.0.0.7", "node-1",
                            true, true, false, false, "", ""}));
}

TEST(PodView, ReadsTierAndOrderAlsoAfterPruning) {
  auto pod = readyPod();
  pod["metadata"]["labels"]["shopkeeper.dev/tier"] = "standby";
  pod["metadata"]["annotations"]["shopkeeper.dev/traffic"] = "drain";
  prunePod(pod);
  EXPECT_FALSE(pod["metadata"]["annotations"].contains("big"));
  EXPECT_TRUE(viewPod(pod)->standby);
  EXPECT_EQ(viewPod(pod)->order, "drain");
  EXPECT_FALSE(viewPod(readyPod())->standby);
  EXPECT_EQ(viewPod(readyPod())->order, "");
}

TEST(PodView, IsTheSameAfterPruning) {
  auto pod = readyPod();
  prunePod(pod);
  EXPECT_EQ(viewPod(pod), viewPod(readyPod()));
  EXPECT_FALSE(pod["spec"].contains("containers"));
  EXPECT_FALSE(pod["metadata"].contains("annotations"));
  EXPECT_EQ(pod["metadata"]["resourceVersion"], "7");
}

TEST(PodView, NamesWhatKeepsAPodFromRunning) {
  const auto problem = [](const char* status) {
    auto pod = readyPod();
    pod["status"] = json::parse(status);
    prunePod(pod);
    return viewPod(pod)->problem;
  };
  EXPECT_EQ(problem(R"({"phase": "Pending", "conditions": [
      {"type": "PodScheduled", "status": "False", "message": "0/2 nodes are available"}]})"),
            "cannot be scheduled: 0/2 nodes are available");
  EXPECT_EQ(problem(R"({"containerStatuses": [{"name": "search", "state": {"waiting":
      {"reason": "CreateContainerConfigError", "message": "no ConfigMap"}}}]})"),
            "container search: CreateContainerConfigError: no ConfigMap");
  EXPECT_EQ(problem(R"({"containerStatuses": [{"name": "search", "state": {"waiting":
      {"reason": "ContainerCreating"}}}]})"),
            "");
}

// Found in review: the kubelet's texts carry back-off times, so a status that repeated them was
// written again at each attempt.
TEST(PodView, ProblemsStayTheSameFromAttemptToAttempt) {
  const auto problem = [](const char* waiting) {
    auto pod = readyPod();
    pod["status"]["containerStatuses"] = json::parse(
        std::string(R"([{"name": "search", "image": "shop/search:9", "lastState": {"terminated":
        {"exitCode": 3}}, "state": {"waiting": )") +
        waiting + "}}]");
    return viewPod(pod)->problem;
  };
  EXPECT_EQ(problem(R"({"reason": "ErrImagePull", "message": "rpc error 17"})"),
            problem(R"({"reason": "ImagePullBackOff", "message": "Back-off pulling"})"));
  EXPECT_EQ(problem(R"({"reason": "CrashLoopBackOff", "message": "back-off 10s"})"),
            problem(R"({"reason": "CrashLoopBackOff", "message": "back-off 20s"})"));
  EXPECT_EQ(problem(R"({"reason": "CrashLoopBackOff"})"),
            "container search keeps ending with exit code 3");
}

TEST(PodView, IgnoresPodsOfOthers) {
  EXPECT_FALSE(viewPod(json::parse(R"({"metadata": {"name": "x"}})")));
  EXPECT_FALSE(viewPod(json::parse("[]")));
}

}  // namespace
}  // namespace shopkeeper::world
