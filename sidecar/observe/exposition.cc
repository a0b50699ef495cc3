#include "sidecar/observe/exposition.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <map>

#include "common/metrics.h"

namespace shopkeeper::sidecar {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricType;
using Labels = std::map<std::string, std::string>;

// Collects series by family, in the order families first appear.
class Families {
 public:
  void counter(const char* name, const char* help, std::uint64_t value, const Labels& labels = {}) {
    add(MetricType::Counter, name, help, labels).counter.value = static_cast<double>(value);
  }
  void gauge(const char* name, const char* help, double value, const Labels& labels = {}) {
    add(MetricType::Gauge, name, help, labels).gauge.value = value;
  }
  void histogram(const char* name, const char* help, const LatencyHistogram& histogram,
                 const Labels& labels) {
    ClientMetric::Histogram& out = add(MetricType::Histogram, name, help, labels).histogram;
    out.sample_count = histogram.count();
    out.sample_sum = histogram.sumSeconds();
    for (const double bound : latencyBuckets()) {
      const auto limit = std::chrono::duration_cast<std::chrono::nanoseconds>(
          std::chrono::duration<double>(bound));
      out.bucket.push_back({histogram.countAtMost(limit), bound});
    }
    out.bucket.push_back({histogram.count(), std::numeric_limits<double>::infinity()});
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  ClientMetric& add(MetricType type, const std::string& name, const char* help,
                    const Labels& labels) {
    const auto [at, fresh] = index_.emplace(name, families_.size());
    if (fresh) families_.push_back({"shopkeeper_sidecar_" + name, help, type, {}});
    auto& metrics = families_[at->second].metric;
    ClientMetric& metric = metrics.emplace_back();
    for (const auto& [key, value] : labels) metric.label.push_back({key, value});
    return metric;
  }

  std::vector<prometheus::MetricFamily> families_;
  std::map<std::string, std::size_t> index_;
};

void addDoor(Families& out, const std::string& door, const DoorCounts& counts) {
  const Labels labels{{"door", door}};
  static const char* const kClasses[] = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
  for (std::size_t i = 0; i < counts.byClass.size(); ++i) {
    out.counter("requests_total", "Requests by class of the answer; none: no answer was sent.",
                counts.byClass[i], {{"door", door}, {"code", kClasses[i]}});
  }
  out.counter("own_answers_total", "Answers made by the sidecar itself.", counts.ownAnswers,
              labels);
  out.counter("stale_answers_total", "Last good answers sent for want of a live one.", counts.stale,
              labels);
  out.counter("malformed_requests_total", "Requests refused because they could not be parsed.",
              counts.malformed, labels);
  out.counter("slow_clients_total", "Connections cut because the client was too slow.",
              counts.timedOut, labels);
  out.counter("connections_total", "Connections accepted.", counts.accepted, labels);
  out.counter("connections_evicted_total", "Idle connections closed to make room.", counts.evicted,
              labels);
  out.gauge("connections_open", "Connections open now.", static_cast<double>(counts.open), labels);
  out.gauge("requests_in_flight", "Requests in flight now.", static_cast<double>(counts.inFlight),
            labels);
  out.counter("request_body_bytes_total", "Bytes of request bodies.", counts.bytesIn, labels);
  out.counter("response_body_bytes_total", "Bytes of response bodies.", counts.bytesOut, labels);
}

void addMesh(Families& out, const MeshView& mesh, const DataPlane& plane) {
  out.gauge("mesh_certificate_expiration_timestamp_seconds",
            "When the sidecar's certificate ends, seconds since 1970.",
            static_cast<double>(mesh.expiresAt));
  out.counter("mesh_certificates_total", "Certificates taken since the start.", mesh.generation);
  for (const auto& [door, counts] :
       {std::pair{"ingress", plane.ingressCounts()}, std::pair{"egress", plane.egressCounts()}}) {
    out.counter("mesh_connections_total", "Connections with mutual TLS, handshake done.",
                counts.secured, {{"door", door}});
    for (std::size_t i = 0; i < counts.refused.size(); ++i) {
      out.counter("mesh_refused_total", "Connections between sidecars that were refused, by why.",
                  counts.refused[i],
                  {{"door", door}, {"reason", toString(static_cast<MeshRefusal>(i))}});
    }
  }
}

void addEndpoint(Families& out, const std::string& upstream, const EndpointView& endpoint) {
  const Labels labels{{"upstream", upstream}, {"endpoint", endpoint.spec.address}};
  const EndpointCounts& counts = endpoint.counts;
  out.counter("upstream_requests_total", "Tries sent to an endpoint.", counts.requests, labels);
  out.counter("upstream_retries_total", "Tries that were not the first of their request.",
              counts.retries, labels);
  for (const auto& [outcome, count] : counts.failures) {
    Labels withReason = labels;
    withReason["outcome"] = toString(outcome);
    out.counter("upstream_failures_total", "Failed tries, by what went wrong.", count, withReason);
  }
  for (std::size_t i = 0; i < kEjectionCauses; ++i) {
    Labels withReason = labels;
    withReason["reason"] = toString(static_cast<EjectionCause>(i));
    if (endpoint.ejectionsBy[i] > 0) {
      out.counter("upstream_ejections_total", "Times an endpoint was taken out, by why.",
                  endpoint.ejectionsBy[i], withReason);
    }
    if (endpoint.refusalsBy[i] > 0) {
      out.counter("upstream_ejections_refused_total",
                  "Times an endpoint stayed in although something spoke against it.",
                  endpoint.refusalsBy[i], withReason);
    }
  }
  out.gauge("upstream_healthy", "1 where the endpoint is used without reservation.",
            endpoint.state == EndpointHealth::State::Healthy ? 1 : 0, labels);
  out.gauge("upstream_in_flight", "Tries in flight now.", static_cast<double>(counts.inFlight),
            labels);
  out.histogram("upstream_latency_seconds", "From choosing the endpoint to the head of its answer.",
                counts.latency, labels);
}

void addUpstream(Families& out, const UpstreamView& view, std::size_t& endpoints) {
  const Labels labels{{"upstream", view.name}};
  out.counter("upstream_client_requests_total", "Requests for an upstream, retries not counted.",
              view.requests, labels);
  out.counter("upstream_retries_refused_total", "Retries not made: the budget was spent.",
              view.retriesRefused, labels);
  out.counter("upstream_hedges_total", "Second tries started beside slow ones.",
              view.hedges.started, labels);
  out.counter("upstream_hedges_won_total", "Of those, answered first.", view.hedges.won, labels);
  out.counter("upstream_hedges_lost_total", "Of those, in vain.", view.hedges.lost, labels);
  out.counter("upstream_hedges_refused_total", "Hedges not started: the budget was spent.",
              view.hedges.refused, labels);
  out.counter("upstream_no_endpoint_total", "Requests that found no endpoint.", view.noEndpoint,
              labels);
  out.counter("upstream_overload_total", "Requests refused for too many in flight.", view.overload,
              labels);
  static const char* const kPriorities[] = {"critical", "normal", "sheddable"};
  for (std::size_t i = 0; i < view.shed.size(); ++i) {
    out.counter("upstream_shed_total", "Of those, by priority.", view.shed[i],
                {{"upstream", view.name}, {"priority", kPriorities[i]}});
  }
  out.gauge("upstream_limit", "How many requests may be in flight now (adaptive).", view.limit,
            labels);
  for (const RevisionView& revision : view.revisions) {
    const Labels withVersion{{"upstream", view.name}, {"version", revision.version}};
    out.counter("upstream_revision_requests_total", "First tries a revision was sent.",
                revision.requests, withVersion);
    out.counter("upstream_revision_errors_total", "Of those, failed.", revision.errors,
                withVersion);
    out.gauge("upstream_revision_weight", "Share of the requests a revision is to get, 0 to 1.",
              revision.weight * 1e-4, withVersion);
  }
  for (const TierView& tier : view.tiers) {
    const Labels withTier{{"upstream", view.name},
                          {"version", tier.version},
                          {"tier", tier.tier == wire::Tier::Standby ? "standby" : "primary"}};
    out.gauge("upstream_tier_traffic", "Share of the requests a tier is given now, 0 to 1.",
              tier.trafficPercent * 1e-2, withTier);
    out.gauge("upstream_tier_panic", "1 while health is ignored within the tier.",
              tier.panic ? 1 : 0, withTier);
  }
  for (const EndpointView& endpoint : view.endpoints) {
    if (++endpoints > kMaxEndpointSeries) return;
    addEndpoint(out, view.name, endpoint);
  }
}

}  // namespace

std::string exposition(const Observed& observed) {
  Families out;
  addDoor(out, "ingress", observed.plane.ingressCounts());
  addDoor(out, "egress", observed.plane.egressCounts());
  for (const auto& [name, counts] : observed.plane.tcpCounts()) addDoor(out, "tcp/" + name, counts);
  if (const auto mesh = observed.plane.mesh()) addMesh(out, *mesh, observed.plane);
  std::size_t endpoints = 0;
  addUpstream(out, observed.plane.service().view(), endpoints);
  for (const auto& upstream : observed.table.all()) {
    addUpstream(out, upstream->view(), endpoints);
  }

  const SharedState::Control control = observed.state.control();
  for (const auto& [result, count] :
       {std::pair{"answered", control.heartbeats}, std::pair{"redirected", control.redirects},
        std::pair{"refused", control.refusals}, std::pair{"failed", control.failures}}) {
    out.counter("heartbeats_total", "Heartbeats by what came of them.", count,
                {{"result", result}});
  }
  out.counter("directives_refused_total", "Directives that could not be applied.",
              control.directivesRefused);
  out.gauge("directives_generation", "Generation of the directives in force.",
            static_cast<double>(control.generation));
  out.gauge("operator_away", "1 while endpoints come from DNS too, the operator being away.",
            control.fallback ? 1 : 0);
  out.gauge("service_healthy", "1 while the service passes its probe.",
            observed.state.service().healthy ? 1 : 0);
  out.gauge("draining", "1 from the beginning of a drain.", observed.state.draining() ? 1 : 0);
  out.counter("log_lines_dropped_total", "Log lines of the data plane dropped, stdout being slow.",
              observed.logLinesDropped);
  return out.text();
}

}  // namespace shopkeeper::sidecar
