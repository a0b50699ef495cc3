#include "tests/bench/soak/fleet.h"

#include <algorithm>

#include "tests/bench/proxy/net.h"

namespace shopkeeper::bench {
namespace {

constexpr std::size_t kMost = 6;
constexpr std::size_t kFewestServing = 3;
constexpr std::size_t kMostListed = 5;
constexpr std::size_t kFirst = 4;
constexpr std::uint64_t kKillEvery = 60;
constexpr std::uint64_t kDeadFor = 5;
constexpr int kAddresses = 254 * 250;  // then from the start: long closed by then

}  // namespace

Result<Fleet> Fleet::start(const std::string& guide, std::uint64_t seed) {
  Fleet fleet;
  fleet.random_.seed(seed);
  fleet.directives_.guide = fleet.directives_.nameSpace = guide;
  while (fleet.pods_.size() < kFirst) {
    if (auto joined = fleet.join(); !joined) return joined.error();
  }
  fleet.publish();
  return Result<Fleet>(std::move(fleet));
}

std::size_t Fleet::count(std::initializer_list<Phase> phases) const {
  return static_cast<std::size_t>(std::count_if(pods_.begin(), pods_.end(), [&](const Pod& pod) {
    return std::find(phases.begin(), phases.end(), pod.phase) != phases.end();
  }));
}

Status Fleet::join() {
  Pod pod;
  pod.name = "search-" + std::to_string(born_);
  pod.address = loopback(born_++ % kAddresses);
  if (auto up = revive(pod); !up) return up;
  pods_.push_back(std::move(pod));
  return ok();
}

Status Fleet::revive(Pod& pod) {
  auto backend = Backend::start({pod.address}, port_);
  if (!backend) return backend.error();
  port_ = (*backend)->port();
  pod.backend = std::move(*backend);
  pod.phase = Phase::Serving;
  return ok();
}

Fleet::Pod* Fleet::anyServing() {
  std::vector<Pod*> serving;
  for (Pod& pod : pods_) {
    if (pod.phase == Phase::Serving) serving.push_back(&pod);
  }
  return serving.empty() ? nullptr : serving[random_() % serving.size()];
}

void Fleet::advance(Pod& pod, std::uint64_t applied) {
  if (applied < pod.since) return;
  if (pod.phase == Phase::Marked) {
    pod.phase = Phase::Removed;
    pod.since = directives_.generation + 1;
  } else if (pod.phase == Phase::Removed) {
    pod.phase = Phase::Finishing;
    pod.backend->finish();
  }
}

void Fleet::leaveOrJoinOne(Status& joined) {
  const bool mayLeave = count({Phase::Serving}) > kFewestServing;
  const bool mayJoin =
      count({Phase::Serving, Phase::Marked, Phase::Killed}) < kMostListed && pods_.size() < kMost;
  if (mayLeave && (!mayJoin || random_() % 2 == 0)) {
    Pod* leaving = anyServing();
    leaving->phase = Phase::Marked;
    leaving->since = directives_.generation + 1;
  } else if (mayJoin) {
    joined = join();
  }
}

Status Fleet::step(std::uint64_t applied) {
  ++steps_;
  std::erase_if(pods_, [](const Pod& pod) {
    return pod.phase == Phase::Finishing && pod.backend->finished();
  });
  for (Pod& pod : pods_) {
    advance(pod, applied);
    if (pod.phase != Phase::Killed || steps_ < pod.backAt) continue;
    if (auto back = revive(pod); !back) return back;
  }
  Status joined = ok();
  leaveOrJoinOne(joined);
  if (steps_ % kKillEvery == kKillEvery / 2) {
    Pod* victim = anyServing();
    victim->backend.reset();
    victim->phase = Phase::Killed;
    victim->backAt = steps_ + kDeadFor;
  }
  publish();
  return joined;
}

void Fleet::publish() {
  ++directives_.generation;
  wire::Upstream search;
  search.name = "search";
  for (const Pod& pod : pods_) {
    if (pod.phase == Phase::Removed || pod.phase == Phase::Finishing) continue;
    wire::Endpoint endpoint;
    endpoint.pod = pod.name;
    endpoint.address = pod.address + ":" + std::to_string(port_);
    endpoint.terminating = pod.phase == Phase::Marked;
    search.endpoints.push_back(endpoint);
  }
  directives_.upstreams = {search};
}

}  // namespace shopkeeper::bench
