#include "sidecar/observe/admin.h"

#include <openssl/crypto.h>

#include "common/http/router.h"
#include "sidecar/observe/exposition.h"
#include "sidecar/observe/upstreams_view.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;

constexpr const char* kDrainHeader = "X-Shopkeeper-Drain-Token";
constexpr milliseconds kServiceProbeTimeout{1'800};  // below the kubelet's 2 s
constexpr int kMaxDrainWaiters = 2;  // of the server's four threads; probes keep the others

http::Response text(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body) + "\n";
  return response;
}

bool sameSecret(std::string_view given, std::string_view wanted) {
  return given.size() == wanted.size() &&
         CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0;
}

}  // namespace

std::string whyNotReady(const SharedState& state) {
  if (state.draining()) return "draining";
  const SharedState::Service service = state.service();
  if (!service.healthy) return "the service is not ready: " + service.reason;
  return {};
}

struct Admin::Impl {
  explicit Impl(AdminParts given) : parts(given) {
    router.get("/healthz", [this](const auto&, const auto&) { return healthz(); });
    router.get("/readyz", [this](const auto&, const auto&) { return readyz(); });
    router.get("/metrics", [this](const auto&, const auto&) { return metricsPage(); });
    router.get("/service/healthz", [this](const auto&, const auto&) { return serviceHealthz(); });
    router.get("/service/metrics", [this](const auto&, const auto&) { return serviceMetrics(); });
    router.get("/debug/upstreams", [this](const auto&, const auto&) { return upstreams(); });
    const auto drainRoute = [this](const http::Request& request, const auto&) {
      return drain(request);
    };
    router.get("/drain", drainRoute);
    router.post("/drain", drainRoute);
  }

  http::Response healthz();
  http::Response readyz();
  http::Response metricsPage();
  http::Response serviceHealthz();
  http::Response serviceMetrics();
  http::Response upstreams();
  http::Response drain(const http::Request& request);

  AdminParts parts;
  Metrics metrics;
  http::Router router{&metrics};
  std::atomic<int> drainWaiters{0};
  std::unique_ptr<http::Server> server;
};

http::Response Admin::Impl::healthz() {
  constexpr milliseconds kLimit{1'000};
  if (!parts.plane.alive(kLimit)) return text(503, "the data plane's loop does not answer");
  if (!parts.agent.alive(kLimit)) return text(503, "the control loop does not answer");
  return text(200, "ok");
}

http::Response Admin::Impl::readyz() {
  const std::string why = whyNotReady(parts.state);
  return why.empty() ? text(200, "ok") : text(503, why);
}

http::Response Admin::Impl::metricsPage() {
  http::Response response;
  response.headers.set("Content-Type", Metrics::kContentType);
  response.body = metrics.expose() +
                  exposition({parts.state, parts.plane, parts.table, parts.events.dropped()});
  return response;
}

// The service container's liveness probe: a hung service is out of traffic long before, and is
// started anew when this fails a few times.
http::Response Admin::Impl::serviceHealthz() {
  const auto answer = parts.agent.askService("/healthz", kServiceProbeTimeout);
  if (!answer) return text(503, "the service does not answer: " + answer.error().message());
  return text(answer->status, answer->status == 200 ? "ok" : "the service is not alive");
}

http::Response Admin::Impl::serviceMetrics() {
  auto answer = parts.agent.askService("/metrics", milliseconds(2'000));
  if (!answer) return text(502, answer.error().message());
  http::Response response;
  response.status = answer->status;
  const auto type = answer->headers.get("Content-Type");
  response.headers.set("Content-Type", std::string(type.value_or(Metrics::kContentType)));
  response.body = std::move(answer->body);
  return response;
}

http::Response Admin::Impl::upstreams() {
  http::Response response;
  response.headers.set("Content-Type", "application/json");
  response.body = upstreamsAsJson(parts.state, parts.plane, parts.table);
  return response;
}

// The service's preStop hook. Answers when the sidecar has drained, so that the kubelet lets the
// service live until then.
http::Response Admin::Impl::drain(const http::Request& request) {
  const std::string& token = parts.config.admin.drainToken;
  const auto given = request.headers.get(kDrainHeader);
  if (token.empty() || !given || !sameSecret(*given, token)) {
    return text(403, std::string("needs the header ") + kDrainHeader);
  }
  parts.drainer.begin();
  if (++drainWaiters > kMaxDrainWaiters) {
    --drainWaiters;
    return text(503, "draining; two callers wait already");
  }
  const bool drained = parts.drainer.wait(parts.drainer.bound());
  --drainWaiters;
  return drained ? text(200, "drained") : text(503, "still draining");
}

Admin::Admin(AdminParts parts) : impl_(std::make_unique<Impl>(parts)) {}

Admin::~Admin() {
  if (impl_->server != nullptr) impl_->server->stop(milliseconds(500));
}

std::uint16_t Admin::port() const { return impl_->server->port(); }

Result<std::unique_ptr<Admin>> Admin::start(AdminParts parts) {
  std::unique_ptr<Admin> admin(new Admin(parts));
  http::ServerOptions options;
  options.address = parts.config.admin.listen.host;
  options.port = parts.config.admin.listen.port;
  options.workers = 4;
  options.maxConnections = 128;
  options.maxBodyBytes = 4096;
  options.writeTimeout = milliseconds(10'000);
  auto server = http::Server::start(options, admin->impl_->router.handler());
  if (!server) return server.error().within("admin port");
  admin->impl_->server = std::move(*server);
  return admin;
}

}  // namespace shopkeeper::sidecar
