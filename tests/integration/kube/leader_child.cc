// A replica for the leader tests: stands for election and, while it leads, counts in a ConfigMap
// through the fenced client as fast as it can. Tells its parent what happens, a line each:
// "leading", "write N", "refused N" (by the gate), "failed TEXT".
//
// kube_leader_child KUBECONFIG NAMESPACE LEASE CONFIGMAP IDENTITY
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "operator/kube/fenced_client.h"
#include "operator/kube/leader.h"
#include "operator/kube/rest_client.h"

using namespace shopkeeper;

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto config = kube::kubeconfig(argv[1], "", systemClock());
  if (!config) return 3;
  const auto client = kube::connect(*config, nullptr);
  if (!client) return 4;
  kube::LeaderGate gate(kube::bootClock());
  const auto fenced = kube::fence(**client, gate);
  kube::LeaseOptions options;
  options.ns = argv[2];
  options.name = argv[3];
  options.identity = argv[5];
  options.leaseDuration = std::chrono::milliseconds(4'000);
  options.renewDeadline = std::chrono::milliseconds(3'000);
  options.retryPeriod = std::chrono::milliseconds(300);
  kube::LeaderCallbacks callbacks;
  callbacks.onStarted = [](std::uint64_t) { std::puts("leading"); };
  kube::LeaderElector elector(
      options, callbacks, {**client, kube::bootClock(), systemRandom(), kube::realPause(), gate});
  elector.start();
  bool led = false;
  int refused = 0;
  for (int n = 1;;) {
    const nlohmann::json body = {{"data", {{"count", std::to_string(n)}}}};
    const auto written = fenced->patch(kube::resources::configMaps(), {argv[2], argv[4]},
                                       kube::PatchType::Merge, body);
    if (written) {
      led = true;
      std::printf("write %d\n", n++);
    } else if (!gate.isOpen()) {
      if (led) std::printf("refused %d\n", ++refused);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    } else {
      std::printf("failed %s\n", written.error().message().c_str());
    }
  }
}
