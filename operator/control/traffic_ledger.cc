#include "operator/control/traffic_ledger.h"

#include <algorithm>
#include <numeric>

namespace shopkeeper::control {
namespace {

// A sidecar has no more upstreams, versions and endpoints than these; a broken one must not fill
// us.
constexpr std::size_t kMaxCounters = 512;
constexpr std::size_t kMaxReason = 128;

using Counts = std::map<std::string, std::uint64_t>;

std::uint64_t total(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& item) { return sum + item.second; });
}

}  // namespace

std::map<std::string, int> toPercents(const Counts& counts) {
  std::map<std::string, int> out;
  const auto all = total(counts);
  std::vector<std::pair<std::uint64_t, std::string>> remainders;
  int given = 0;
  for (const auto& [name, count] : counts) {
    out[name] = all == 0 ? 0 : static_cast<int>(count * 100 / all);
    given += out[name];
    if (all != 0) remainders.emplace_back(count * 100 % all, name);
  }
  std::sort(remainders.rbegin(), remainders.rend());
  for (std::size_t i = 0; all != 0 && given < 100 && i < remainders.size(); ++i, ++given) {
    ++out[remainders[i].second];
  }
  return out;
}

void TrafficLedger::observe(const wire::Heartbeat& heartbeat) {
  std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  auto [it, isNew] = guides_.try_emplace({heartbeat.nameSpace, heartbeat.guide});
  auto& guide = it->second;
  if (isNew) guide.opened = now;
  auto& sidecar = guide.sidecars[heartbeat.pod];
  Counters counters;
  // How much a counter grew since the last heartbeat. The first one says nothing about now.
  const auto grown = [&](const std::string& name, std::uint64_t count) -> std::uint64_t {
    const auto hash = std::hash<std::string>()(name);
    if (counters.size() < kMaxCounters) counters.emplace_back(hash, count);
    const auto before = std::lower_bound(sidecar.counters.begin(), sidecar.counters.end(),
                                         std::pair(hash, std::uint64_t{0}));
    if (before == sidecar.counters.end() || before->first != hash) return 0;
    return count >= before->second ? count - before->second : count;
  };
  sidecar.versions.clear();
  for (const auto& report : heartbeat.revisions) {
    if (sidecar.versions.size() >= kMaxCounters) break;
    const auto more = grown("v " + report.upstream + " " + report.version, report.requests);
    if (more > 0) guide.versions[report.upstream][report.version] += more;
    sidecar.versions.emplace_back(report.upstream, report.version);
  }
  sidecar.ejected.clear();
  for (const auto& report : heartbeat.endpoints) {
    if (counters.size() >= kMaxCounters) break;
    const auto more = grown("e " + report.upstream + " " + report.address, report.traffic.requests);
    if (more > 0) guide.addresses[report.upstream][report.address] += more;
    if (!report.healthy) sidecar.ejected.push_back(report);
  }
  std::sort(counters.begin(), counters.end());
  sidecar.counters = std::move(counters);
  sidecar.seen = now;
}

GuideTraffic TrafficLedger::close(Guide& guide, const std::set<std::string>& standbys) {
  GuideTraffic out;
  std::map<std::string, std::set<std::string>> versions;
  std::map<std::string, std::map<std::string, std::map<std::string, int>>> reasons;
  for (const auto& [pod, sidecar] : guide.sidecars) {
    for (const auto& [upstream, version] : sidecar.versions) versions[upstream].insert(version);
    for (const auto& report : sidecar.ejected) {
      ++reasons[report.upstream][report.address][report.reason.substr(0, kMaxReason)];
    }
  }
  for (const auto& [upstream, reported] : versions) {
    if (reported.size() < 2) continue;
    auto& counts = guide.versions[upstream];
    const bool idle = total(counts) == 0;
    if (idle && guide.view && guide.view->contains(upstream)) {
      out[upstream].percentByVersion = guide.view->at(upstream).percentByVersion;
      continue;
    }
    if (idle) continue;
    for (const auto& version : reported) counts.try_emplace(version, 0);
    out[upstream].percentByVersion = toPercents(counts);
  }
  for (const auto& [upstream, addresses] : reasons) {
    for (const auto& [address, counted] : addresses) {
      auto& ejected = out[upstream].ejected[address];
      int most = 0;
      for (const auto& [reason, sidecars] : counted) {
        ejected.sidecars += sidecars;
        if (sidecars > most) ejected.reason = reason;
        most = std::max(most, sidecars);
      }
    }
  }
  for (const auto& [upstream, counts] : guide.addresses) {
    std::uint64_t onStandby = 0;
    for (const auto& [address, count] : counts) onStandby += standbys.contains(address) ? count : 0;
    // Rounded up: any request there is worth telling.
    const auto all = total(counts);
    if (onStandby > 0) {
      out[upstream].standbyPercent = static_cast<int>((onStandby * 100 + all - 1) / all);
    }
  }
  guide.versions.clear();
  guide.addresses.clear();
  return out;
}

std::vector<kube::ObjectKey> TrafficLedger::tick(const StandbysOf& standbysOf) {
  std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  std::vector<kube::ObjectKey> changed;
  for (auto& [key, guide] : guides_) {
    if (now - guide.opened < options_.window) continue;
    guide.opened = now;
    std::erase_if(guide.sidecars,
                  [&](const auto& item) { return now - item.second.seen > options_.life; });
    auto view = close(guide, standbysOf(key));
    if (guide.view != view) changed.push_back(key);
    guide.view = std::move(view);
  }
  return changed;
}

std::optional<GuideTraffic> TrafficLedger::view(const kube::ObjectKey& guide) const {
  std::lock_guard lock(mutex_);
  const auto it = guides_.find(guide);
  return it == guides_.end() ? std::nullopt : it->second.view;
}

void TrafficLedger::forget(const kube::ObjectKey& guide) {
  std::lock_guard lock(mutex_);
  guides_.erase(guide);
}

void TrafficLedger::restart() {
  std::lock_guard lock(mutex_);
  guides_.clear();
}

}  // namespace shopkeeper::control
