#include "sidecar/proxy/loop.h"

#include <boost/asio/post.hpp>
#include <future>

#include "common/log.h"

namespace shopkeeper::sidecar {
namespace {

constexpr std::chrono::seconds kSweepEvery{5};
constexpr std::size_t kRelayBuffer = 32u << 10;  // a body's share of memory, each way

}  // namespace

DataPlane::Loop::Loop(const SidecarConfig& config, const UpstreamTable& table, const Gate& ingress,
                      const Gate& egress, const std::atomic<bool>& ingressDraining,
                      AccessSink* access, const FaultTable* faults, MeshTls* mesh)
    : config_(config),
      table_(table),
      ingressGate_(ingress),
      egressGate_(egress),
      ingressDraining_(ingressDraining),
      access_(access),
      faults_(faults),
      mesh_(mesh),
      work_(asio::make_work_guard(io_)),
      wheel_(io_),
      sweeper_(io_) {}

DataPlane::Loop::~Loop() {
  if (!thread_.joinable()) return;
  call(
      [this] {
        forEachListener([](Listener& listener) {
          listener.stopAccepting();
          listener.closeAll();
        });
        sweeper_.cancel();
      },
      std::chrono::seconds(5));
  // What still waits for an endpoint sees its client gone and ends; the rest is dropped unrun.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (openConnections() > 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  call(
      [this] {
        wheel_.stop();
        ingressPool_.clear();
        egressPool_.clear();
      },
      std::chrono::seconds(5));
  work_.reset();
  io_.stop();
  thread_.join();
}

ExchangeContext DataPlane::Loop::contextFor(const Gate& gate, const ListenerLimits& limits,
                                            ProxyStats& stats, bool isIngress) {
  return ExchangeContext{
      .io = io_,
      .wheel = wheel_,
      .pool = isIngress ? ingressPool_ : egressPool_,
      .gate = gate,
      .limits = limits,
      .connectTimeout = config_.egress.connectTimeout,
      .bufferBytes = std::max(kRelayBuffer, limits.maxHeaderBytes + 4),
      .stats = stats,
      .random = systemRandom(),
      .door = isIngress ? "ingress" : "egress",
      .forwardClientAddress = isIngress,
      .draining = isIngress ? ingressDraining_ : never_,
      .access = access_,
      .accessSample = config_.log.accessSample,
      .faults = isIngress ? faults_ : nullptr,
      .fallback = isIngress ? nullptr : &fallback_,
      .mayMirror = !isIngress,
      .mesh = mesh_,
  };
}

Status DataPlane::Loop::listen(SidecarConfig& found) {
  const bool shared = config_.workers > 1;
  auto in = openAcceptor(io_, found.ingress.listen, shared);
  if (!in) return in.error().within("ingress");
  auto out = openAcceptor(io_, found.egress.listen, shared);
  if (!out) return out.error().within("egress");
  found.ingress.listen.port = in->local_endpoint().port();
  found.egress.listen.port = out->local_endpoint().port();
  ingress_ = openDoor(std::move(*in),
                      contextFor(ingressGate_, config_.ingress.limits, ingressStats_, true));
  egress_ = openDoor(std::move(*out),
                     contextFor(egressGate_, config_.egress.limits, egressStats_, false));
  for (std::size_t i = 0; i < config_.egress.tcp.size(); ++i) {
    auto bound = listenTcp(config_.egress.tcp[i], found.egress.tcp[i].listen);
    if (!bound) return bound;
  }
  return ok();
}

std::unique_ptr<Listener> DataPlane::Loop::openDoor(tcp::acceptor acceptor,
                                                    const ExchangeContext& context) {
  auto shared = std::make_shared<ExchangeContext>(context);
  return std::make_unique<Listener>(std::move(acceptor), io_, wheel_, context.stats,
                                    context.limits.maxConnections, [shared](tcp::socket socket) {
                                      return std::make_shared<ClientConnection>(std::move(socket),
                                                                                *shared);
                                    });
}

Status DataPlane::Loop::listenTcp(const EgressTcpConfig& configured, HostPort& found) {
  auto acceptor = openAcceptor(io_, found, config_.workers > 1);
  if (!acceptor) return acceptor.error().within("egress.tcp " + configured.name);
  found.port = acceptor->local_endpoint().port();
  auto port = std::make_unique<TcpPort>();
  auto shared = std::make_shared<TcpContext>(
      TcpContext{io_, wheel_, table_, configured, config_.egress.connectTimeout,
                 config_.egress.limits.stallTimeout, port->stats});
  port->listener =
      std::make_unique<Listener>(std::move(*acceptor), io_, wheel_, port->stats,
                                 configured.maxConnections, [shared](tcp::socket socket) {
                                   return std::make_shared<TcpSession>(std::move(socket), *shared);
                                 });
  tcp_.push_back(std::move(port));
  return ok();
}

std::uint64_t DataPlane::Loop::openConnections() const {
  std::uint64_t open = ingressStats_.open.get() + egressStats_.open.get();
  for (const auto& port : tcp_) open += port->stats.open.get();
  return open;
}

void DataPlane::Loop::run() {
  forEachListener([](Listener& listener) { listener.start(); });
  sweepLater();
  thread_ = std::thread([this] {
    for (;;) {
      try {
        io_.run();
        return;
      } catch (const std::exception& unexpected) {
        // One connection's failure must not take the others with it.
        log::error("connection ended by an error", {{"error.message", unexpected.what()}});
      }
    }
  });
}

void DataPlane::Loop::sweepLater() {
  sweeper_.expires_after(kSweepEvery);
  sweeper_.async_wait([this](const error_code& error) {
    if (error) return;
    const auto now = std::chrono::steady_clock::now();
    ingressPool_.sweep(now);
    egressPool_.sweep(now);
    if (mesh_ != nullptr) mesh_->refresh();
    sweepLater();
  });
}

bool DataPlane::Loop::call(std::function<void()> work, std::chrono::milliseconds timeout) {
  auto done = std::make_shared<std::promise<void>>();
  auto finished = done->get_future();
  asio::post(io_, [work = std::move(work), done] {
    work();
    done->set_value();
  });
  return finished.wait_for(timeout) == std::future_status::ready;
}

void DataPlane::Loop::closeIngress() {
  call([this] { ingress_->stopAccepting(); }, std::chrono::seconds(5));
}

}  // namespace shopkeeper::sidecar
