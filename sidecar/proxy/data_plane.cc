#include "sidecar/proxy/data_plane.h"

#include <thread>

#include "sidecar/proxy/loop.h"

namespace shopkeeper::sidecar {
namespace {

void addTo(DoorCounts& sum, const ProxyStats& stats) {
  sum.accepted += stats.accepted.get();
  sum.open += stats.open.get();
  sum.inFlight += stats.inFlight.get();
  sum.timedOut += stats.timedOut.get();
  sum.evicted += stats.evicted.get();
  sum.malformed += stats.malformed.get();
  sum.ownAnswers += stats.ownAnswers.get();
  sum.stale += stats.stale.get();
  sum.bytesIn += stats.bytesIn.get();
  sum.bytesOut += stats.bytesOut.get();
  sum.secured += stats.secured.get();
  for (std::size_t i = 0; i < sum.byClass.size(); ++i) sum.byClass[i] += stats.byClass[i].get();
  for (std::size_t i = 0; i < sum.refused.size(); ++i) sum.refused[i] += stats.refused[i].get();
}

// The only endpoint is never ejected for good: it is chosen for want of another.
std::shared_ptr<Upstream> makeService(const IngressConfig& ingress, const Clock& clock) {
  auto service = std::make_shared<Upstream>("service", clock);
  wire::Endpoint endpoint;
  endpoint.address = ingress.service.text();
  endpoint.pod = "service";
  wire::Upstream spec;
  spec.endpoints.push_back(std::move(endpoint));
  spec.policy.timeoutMs = static_cast<int>(ingress.requestTimeout.count());
  spec.policy.priority = wire::Priority::Critical;  // callers have shed already what they mark so
  spec.policy.isolation.maxInFlight = static_cast<int>(ingress.limits.maxConnections);
  spec.policy.isolation.adaptive = false;
  service->configure(spec);
  return service;
}

}  // namespace

DataPlane::DataPlane(const SidecarConfig& config, const SharedState& state,
                     const UpstreamTable& table, const Clock& clock)
    : config_(config),
      table_(table),
      service_(makeService(config.ingress, clock)),
      ingressGate_(std::make_unique<IngressGate>(service_, state)),
      egressGate_(std::make_unique<EgressGate>(table_)) {}

DataPlane::~DataPlane() = default;

Result<std::unique_ptr<DataPlane>> DataPlane::start(const SidecarConfig& config,
                                                    const SharedState& state,
                                                    const UpstreamTable& table, const Clock& clock,
                                                    AccessSink* access, const FaultTable* faults) {
  std::unique_ptr<DataPlane> plane(new DataPlane(config, state, table, clock));
  auto mesh = MeshTls::load(config);
  if (!mesh) return mesh.error();
  plane->mesh_ = std::move(*mesh);
  SidecarConfig found = config;
  for (int i = 0; i < config.workers; ++i) {
    auto loop =
        std::make_unique<Loop>(plane->config_, table, *plane->ingressGate_, *plane->egressGate_,
                               plane->draining_, access, faults, plane->mesh_.get());
    if (auto listening = loop->listen(found); !listening) return listening.error();
    plane->loops_.push_back(std::move(loop));
  }
  plane->config_.ingress.listen = found.ingress.listen;
  plane->config_.egress.listen = found.egress.listen;
  for (std::size_t i = 0; i < found.egress.tcp.size(); ++i) {
    plane->config_.egress.tcp[i].listen = found.egress.tcp[i].listen;
  }
  for (const auto& loop : plane->loops_) loop->run();
  return plane;
}

std::uint16_t DataPlane::ingressPort() const { return config_.ingress.listen.port; }
std::uint16_t DataPlane::egressPort() const { return config_.egress.listen.port; }

std::uint16_t DataPlane::tcpPort(std::size_t index) const {
  return config_.egress.tcp[index].listen.port;
}

std::vector<std::pair<std::string, DoorCounts>> DataPlane::tcpCounts() const {
  std::vector<std::pair<std::string, DoorCounts>> ports;
  for (std::size_t i = 0; i < config_.egress.tcp.size(); ++i) {
    auto& [name, sum] = ports.emplace_back(config_.egress.tcp[i].name, DoorCounts{});
    for (const auto& loop : loops_) addTo(sum, loop->tcpStats(i));
  }
  return ports;
}

DoorCounts DataPlane::ingressCounts() const {
  DoorCounts sum;
  for (const auto& loop : loops_) addTo(sum, loop->ingressStats());
  return sum;
}

DoorCounts DataPlane::egressCounts() const {
  DoorCounts sum;
  for (const auto& loop : loops_) addTo(sum, loop->egressStats());
  return sum;
}

std::optional<MeshView> DataPlane::mesh() const {
  if (mesh_ == nullptr) return std::nullopt;
  return mesh_->view();
}

void DataPlane::announceDrain() { draining_ = true; }

void DataPlane::closeIngress() {
  announceDrain();
  for (const auto& loop : loops_) loop->closeIngress();
}

bool DataPlane::waitIngressEmpty(std::chrono::milliseconds timeout) {
  const auto until = std::chrono::steady_clock::now() + timeout;
  while (ingressCounts().open > 0) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

bool DataPlane::alive(std::chrono::milliseconds timeout) {
  for (const auto& loop : loops_) {
    if (!loop->call([] {}, timeout)) return false;
  }
  return true;
}

}  // namespace shopkeeper::sidecar
