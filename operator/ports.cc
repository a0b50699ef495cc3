#include "operator/ports.h"

#include "common/log.h"

namespace shopkeeper {
namespace {

using namespace std::chrono_literals;

http::Response text(int status, std::string body, const char* type = "text/plain; charset=utf-8") {
  return {status, {{"Content-Type", type}}, std::move(body)};
}

http::Response answer(const kube::HealthChecks& checks, const http::Request& request) {
  const auto verdict = checks.verdict();
  const int status = verdict ? 200 : 503;
  if (request.param("verbose")) return text(status, checks.verbose());
  return text(status, (verdict ? std::string("ok") : verdict.error().message()) + "\n");
}

Result<std::unique_ptr<http::Server>> open(const char* what, const HostPort& listen,
                                           http::ServerOptions options, http::Handler handler) {
  options.address = listen.host;
  options.port = listen.port;
  auto server = http::Server::start(options, std::move(handler));
  if (!server) return server.error().within(std::string("opening the ") + what + " port");
  log::info("listening", {{"port", what}, {"address", listen.host}, {"number", (*server)->port()}});
  return server;
}

}  // namespace

Status Ports::openMetrics(const HostPort& listen, const Metrics& metrics) {
  metricsRouter_.get("/metrics", [&metrics](const auto&, const auto&) {
    return text(200, metrics.expose(), Metrics::kContentType);
  });
  auto server =
      open("metrics", listen, {.workers = 1, .maxConnections = 64}, metricsRouter_.handler());
  if (!server) return server.error();
  metrics_ = std::move(*server);
  return ok();
}

Status Ports::openHealth(const HostPort& listen, const kube::HealthChecks& liveness,
                         const kube::HealthChecks& readiness) {
  healthRouter_.get("/healthz", [&liveness](const http::Request& request, const auto&) {
    return answer(liveness, request);
  });
  healthRouter_.get("/readyz", [&readiness](const http::Request& request, const auto&) {
    return answer(readiness, request);
  });
  auto server =
      open("health", listen, {.workers = 1, .maxConnections = 64}, healthRouter_.handler());
  if (!server) return server.error();
  health_ = std::move(*server);
  return ok();
}

Status Ports::serveControl(const HostPort& listen, const http::ServerTls& tls,
                           http::Handler heartbeat) {
  if (control_) return control_->reloadTls(tls);
  controlRouter_.post("/v1/heartbeat", [heartbeat = std::move(heartbeat)](
                                           const http::Request& request, const auto&) {
    return heartbeat(request);
  });
  // A connection per sidecar; heartbeats are small, and only new tokens make a worker wait.
  auto server =
      open("control", listen,
           {.workers = 4, .maxConnections = 16'384, .maxBodyBytes = 256u << 10, .tls = &tls},
           controlRouter_.handler());
  if (!server) return server.error();
  control_ = std::move(*server);
  controlServes_ = true;
  return ok();
}

void Ports::close() {
  controlServes_ = false;
  for (auto* server : {&control_, &health_, &metrics_}) {
    if (*server) (*server)->stop(2s);
  }
}

}  // namespace shopkeeper
