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

  // Kills an operator after `writes` writes (0: lets it live), then lets another one finish.
  // Returns whether the first one died; false means that there are fewer writes than that.
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
      EXPECT_TRUE(eventually([&] { return !first->running() || settled(out.ns); }));
      if (first->running()) {
        // It may be just about to write its last.
        EXPECT_EQ(first->stop(), 0);
      } else {
        EXPECT_EQ(first->wait(), 137);
        died = true;
      }
    }
    const auto last = startOperatorIn(out.system, out.ns, OPERATOR_PROGRAM, alone, {});
    EXPECT_TRUE(eventually([&] { return last->logHas("controllers started") && settled(out.ns); }));
    EXPECT_EQ(last->stop(), 0);
    out.state = stateOf(out.ns, out.system);
    return died;
  }
};

TEST_F(Crash, AfterEachWriteOfAFirstReconcileTheEndIsTheSame) {
  World expected;
  play(0, expected);
  ASSERT_EQ(expected.state.size(), 32u) << "31 objects and the guide";
  // The TLS Secret, 31 objects, the status.
  constexpr int kWrites = 33;
  int crashes = 0;
  for (int k = 1; k <= kWrites + 5; ++k) {
    World actual;
    const bool died = play(k, actual);
    EXPECT_EQ(actual.state, expected.state)
        << "killed after write " << k << ": " << json::diff(expected.state, actual.state).dump(2);
    if (!died) break;
    ++crashes;
    std::cout << "killed after write " << k << ": the same end\n" << std::flush;
  }
  EXPECT_GE(crashes, kWrites);
}

}  // namespace
}  // namespace shopkeeper::testing
