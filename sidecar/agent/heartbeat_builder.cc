#include "sidecar/agent/heartbeat_builder.h"

namespace shopkeeper::sidecar {

HeartbeatBuilder::HeartbeatBuilder(const SidecarConfig& config, PodIdentity identity,
                                   const SharedState& state, const Upstream& service,
                                   const UpstreamTable& table)
    : config_(config),
      identity_(std::move(identity)),
      state_(state),
      service_(service),
      table_(table) {}

wire::TrafficCounts HeartbeatBuilder::counts(const std::string& key, const EndpointCounts& now,
                                             std::map<std::string, LatencyHistogram>& seen) {
  wire::TrafficCounts counts;
  counts.requests = now.requests;
  counts.errors = now.errors;
  counts.inFlight = now.inFlight;
  counts.retries = now.retries;
  const auto before = before_.find(key);
  // An endpoint that went and came back starts over with a smaller count.
  const bool continued = before != before_.end() && before->second.count() <= now.latency.count();
  const LatencyHistogram interval = continued ? now.latency.since(before->second) : now.latency;
  counts.p50Ms = interval.quantileMs(0.5);
  counts.p99Ms = interval.quantileMs(0.99);
  seen.emplace(key, now.latency);
  return counts;
}

wire::Heartbeat HeartbeatBuilder::next() {
  std::map<std::string, LatencyHistogram> seen;
  wire::Heartbeat beat;
  beat.guide = config_.guide;
  beat.nameSpace = config_.nameSpace;
  beat.component = config_.component;
  beat.version = config_.version;
  beat.pod = identity_.pod;
  beat.node = identity_.node;
  beat.sequence = ++sequence_;
  beat.appliedGeneration = state_.control().generation;
  const SharedState::Service service = state_.service();
  beat.serviceHealthy = service.healthy;
  beat.serviceReason = service.reason;
  beat.draining = state_.draining();
  for (const EndpointView& endpoint : service_.view().endpoints) {
    beat.ingress = counts("ingress", endpoint.counts, seen);
  }
  for (const auto& upstream : table_.all()) {
    const UpstreamView view = upstream->view();
    for (const EndpointView& endpoint : view.endpoints) {
      wire::EndpointReport report;
      report.upstream = view.name;
      report.address = endpoint.spec.address;
      report.healthy = endpoint.state == EndpointHealth::State::Healthy;
      report.reason = report.healthy ? endpoint.refusal : endpoint.reason;
      report.traffic = counts(view.name + " " + endpoint.spec.address, endpoint.counts, seen);
      beat.endpoints.push_back(std::move(report));
    }
    for (const RevisionView& revision : view.revisions) {
      beat.revisions.push_back({view.name, revision.version, revision.requests, revision.errors});
    }
    for (const MirrorView& mirror : view.mirrors) {
      beat.mirrors.push_back(
          {view.name, mirror.version, mirror.sent, mirror.same, mirror.different, mirror.failed});
    }
  }
  before_ = std::move(seen);
  return beat;
}

}  // namespace shopkeeper::sidecar
