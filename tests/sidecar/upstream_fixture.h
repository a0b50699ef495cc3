// An upstream under simulated time, with endpoints that answer as the test says.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/testing/manual_clock.h"
#include "sidecar/proxy/upstream.h"

namespace shopkeeper::sidecar {

// SplitMix64: the same numbers in every run.
class SeededRandom final : public Random {
 public:
  std::uint64_t next() override {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_ = 1;
};

inline wire::Endpoint endpoint(int number, wire::Tier tier = wire::Tier::Primary,
                               const std::string& version = "") {
  wire::Endpoint spec;
  spec.pod = "search-" + std::to_string(number);
  spec.address = "10.0.0." + std::to_string(number) + ":8080";
  spec.tier = tier;
  spec.version = version;
  return spec;
}

class UpstreamTest : public ::testing::Test {
 protected:
  void configure(std::vector<wire::Endpoint> endpoints) {
    spec_.endpoints = std::move(endpoints);
    upstream_.configure(spec_);
  }
  Upstream::Pick pick(bool mayProbe = true, std::span<const EndpointRef> tried = {}) {
    PickRequest request;
    request.mayProbe = mayProbe;
    request.tried = tried;
    return upstream_.pick(request);
  }
  // One request's only try; returns the pod that took it, or nothing.
  std::string request(Outcome outcome = Outcome::Success, bool mayProbe = true) {
    const auto made = pick(mayProbe);
    if (made.endpoint == nullptr) return "";
    upstream_.finish(made, outcome);
    return made.endpoint->pod;
  }
  // `count` requests, each answered at once as `answer` says; how many each pod took.
  std::map<std::string, int> load(int count, Duration every = Duration(0),
                                  const std::function<Outcome(const std::string&)>& answer = {}) {
    std::map<std::string, int> taken;
    for (int i = 0; i < count; ++i) {
      clock_.advance(every);
      const auto made = pick();
      if (made.endpoint == nullptr) {
        ++taken[""];
        continue;
      }
      ++taken[made.endpoint->pod];
      upstream_.finish(made, answer ? answer(made.endpoint->pod) : Outcome::Success);
    }
    return taken;
  }
  std::set<std::string> takers(int requests) {
    std::set<std::string> pods;
    for (const auto& [pod, count] : load(requests)) pods.insert(pod);
    return pods;
  }
  // One failed connect, which is enough where another endpoint is left.
  void refuseAt(const std::string& pod) {
    for (int i = 0; i < 1'000; ++i) {
      const auto made = pick(false);
      const bool target = made.endpoint->pod == pod;
      upstream_.finish(made, target ? Outcome::ConnectFailed : Outcome::Success);
      if (target) return;
    }
    FAIL() << pod << " was never chosen";
  }
  EndpointView viewOf(const std::string& pod) const {
    for (const EndpointView& each : upstream_.view().endpoints) {
      if (each.spec.pod == pod) return each;
    }
    return {};
  }
  bool healthy(const std::string& pod) const {
    return viewOf(pod).state == EndpointHealth::State::Healthy;
  }

  testing::ManualClock clock_;
  SeededRandom random_;
  std::vector<HealthEvent> events_;
  wire::Upstream spec_;
  Upstream upstream_{"search", clock_, [this](const HealthEvent& e) { events_.push_back(e); },
                     random_};
};

}  // namespace shopkeeper::sidecar
