// What the sidecars of a guide measured together: shares of versions, pods out of rotation, traffic
// on standby pods.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/wire/heartbeat.h"
#include "operator/kube/resource.h"

namespace shopkeeper::control {

// Of one upstream. Rounded, so that it stays equal while nothing worth telling changes.
struct UpstreamTraffic {
  struct Ejected {
    std::string reason;  // the one that most sidecars give
    int sidecars = 0;
    bool operator==(const Ejected&) const = default;
  };
  std::map<std::string, int> percentByVersion;  // empty unless several versions are reported
  std::map<std::string, Ejected> ejected;       // by address
  int standbyPercent = 0;
  bool operator==(const UpstreamTraffic&) const = default;
};
using GuideTraffic = std::map<std::string, UpstreamTraffic>;  // by upstream

// Sums the differences of counters over windows of `window`, so a view changes that often at most.
// Memory: 16 bytes per counter of a live sidecar. Thread-safe.
class TrafficLedger {
 public:
  struct Options {
    Duration window = std::chrono::seconds(10);
    Duration life = std::chrono::seconds(10);  // a sidecar silent for longer does not count
  };
  TrafficLedger(Options options, const Clock& clock) : options_(options), clock_(clock) {}

  void observe(const wire::Heartbeat& heartbeat);

  // Addresses of a guide's standby pods.
  using StandbysOf = std::function<std::set<std::string>(const kube::ObjectKey& guide)>;
  // Closes the windows that are due; returns the guides whose view is another one now.
  std::vector<kube::ObjectKey> tick(const StandbysOf& standbysOf);

  // Nothing until a first window closed: it is not known yet. What was not asked for within a
  // window keeps its last shares.
  std::optional<GuideTraffic> view(const kube::ObjectKey& guide) const;
  void forget(const kube::ObjectKey& guide);
  void restart();

 private:
  using Counters = std::vector<std::pair<std::size_t, std::uint64_t>>;  // by hash of their name
  struct Sidecar {
    MonotonicTime seen;
    Counters counters;
    std::vector<std::pair<std::string, std::string>> versions;  // upstream, version
    std::vector<wire::EndpointReport> ejected;
  };
  struct Guide {
    MonotonicTime opened;
    std::map<std::string, Sidecar> sidecars;
    // Requests in this window, by upstream and version, and by upstream and address.
    std::map<std::string, std::map<std::string, std::uint64_t>> versions;
    std::map<std::string, std::map<std::string, std::uint64_t>> addresses;
    std::optional<GuideTraffic> view;
  };
  static GuideTraffic close(Guide& guide, const std::set<std::string>& standbys);

  const Options options_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, Guide> guides_;
};

// Whole percents that add up to 100 (largest remainder); all 0 for nothing.
std::map<std::string, int> toPercents(const std::map<std::string, std::uint64_t>& counts);

}  // namespace shopkeeper::control
