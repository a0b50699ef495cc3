// The operator is killed right after its k-th write, for every k of a first reconcile; another one
// goes on. The end is the same each time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <regex>

#include "tests/integration/operator/guide_fixture.h"

namespace shopkeeper::testing {
namespace {

using nlohmann::json;

// What differs between two equal worlds: identities, times, counters, and the keys and hashes that
// are made from them.
json normalised(const std::string& text, const std::string& ns, const std::string& system) {
  auto out = std::regex_replace(text, std::regex("\"" + ns + "\""), "\"NS\"");
  out = std::regex_replace(out, std::regex("\\b" + ns + "\\.svc"), "NS.svc");
  out = std::regex_replace(out, std::regex("namespace: " + ns + "\\b"), "namespace: NS");
  out = std::regex_replace(out, std::regex("\\b" + system + "\\b"), "SYSTEM");
  out = std::regex_replace(out, std::regex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UID");
  out = std::regex_replace(out, std::regex("\\b[0-9a-f]{32}\\b"), "HASH");
  out = std::regex_replace(out, std::regex("20[0-9]{2}-[0-9T:.-]+Z"), "TIME");
  auto object = json::parse(out);
  auto& metadata = object["metadata"];
  for (const char* field : {"resourceVersion", "managedFields", "generation"})
    metadata.erase(field);
  if (object.value("kind", "") == "Service") {
    object["spec"].erase("clusterIP");
    object["spec"].erase("clusterIPs");
  }
  if (object.contains("data") && object["data"].contains("ca.crt"))
    object["data"]["ca.crt"] = "PEM";
  if (object.contains("status")) object["status"].erase("observedGeneration");
  return object;
}

class Crash : public GuideTest {
 protected:
  struct World {
    std::string ns;
    std::string system;
    json state;
  };

  // Everything in the namespace, whoever made it, and the guide itself.
  json stateOf(const std::string& ns, const std::string& system) {
    json state = json::object();
    auto all = world::ownedResources();
    all.push_back(world::shoppingGuides());
    all.push_back(kube::resources::secrets());
    all.push_back(kube::resources::persistentVolumeClaims());
    for (const auto& resource : all) {
      kube::ListOptions options;
      options.ns = ns;
      const auto list = kube::listAll(*client_, resource, options);
      EXPECT_TRUE(list) << list.error().message();
      if (!list) continue;
      for (const auto& object : list->items) {
        if (object.name() == "kube-root-ca.crt" || object.name() == "default") continue;
        state[resource.kind + " " + object.name()] = normalised(object.json().dump(), ns, system);
      }
    }
    return state;
  }

  bool settled(const std::string& ns) {
    const auto guide = live(world::shoppingGuides(), "demo", ns);
    return ownedObjects(ns).size() == 31 &&
           !guide.value("/status/conditions"_json_pointer, json::array()).empty();
  }

  // Lets an operator do its first reconcile: killed after `writes` writes (0: it lives), another
  // one goes on from there. Returns whether the first one died, which it must up to kWrites.
  bool play(int writes, World& out) {
    out.system = makeSystem();
    out.ns = server_->makeNamespace(*client_);
    applyGuide("demo", {{"version", "1.0.0"}}, out.ns);
    const std::vector<std::string> alone = {"--no-leader-elect"};
    bool died = false;
    if (writes > 0) {
      const auto first =
          startOperatorIn(out.system, out.ns, CRASH_PROGRAM, alone,
                          {{"SHOPKEEPER_TEST_EXIT_AFTER_WRITES", std::to_string(writes)}});
      // A settled world shows the last write before the operator has seen its answer and died.
      const bool mustDie = writes <= kWrites;
      EXPECT_TRUE(eventually([&] { return !first->running() || (!mustDie && settled(out.ns)); }));
      const int exitCode = first->stop();
      died = exitCode == 137;
      EXPECT_TRUE(died || (exitCode == 0 && !mustDie))
          << "exit code " << exitCode << " after write " << writes << "\n"
          << first->log();
    }
    const auto last = startOperatorIn(out.system, out.ns, OPERATOR_PROGRAM, alone, {});
    EXPECT_TRUE(eventually([&] { return last->logHas("controllers started") && settled(out.ns); }));
    EXPECT_EQ(last->stop(), 0);
    out.state = stateOf(out.ns, out.system);
    return died;
  }

  // The TLS Secret, 31 objects, the status.
  static constexpr int kWrites = 33;
};

TEST_F(Crash, AfterEachWriteOfAFirstReconcileTheEndIsTheSame) {
  World expected;
  play(0, expected);
  ASSERT_EQ(expected.state.size(), 32u) << "31 objects and the guide";
  for (int k = 1; k <= kWrites + 5; ++k) {
    World actual;
    const bool died = play(k, actual);
    EXPECT_EQ(actual.state, expected.state)
        << "killed after write " << k << ": " << json::diff(expected.state, actual.state).dump(2);
    if (HasFailure() || !died) break;
    std::cout << "killed after write " << k << ": the same end\n" << std::flush;
  }
}

}  // namespace
}  // namespace shopkeeper::testing
