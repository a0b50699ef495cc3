// The operator's three listeners: metrics, health, and the sidecars' over TLS.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "common/http/router.h"
#include "common/http/server.h"
#include "common/metrics.h"
#include "operator/kube/health.h"
#include "operator/options.h"

namespace shopkeeper {

// Not thread-safe, but for controlServes(). What is passed in must outlive it.
class Ports {
 public:
  Status openMetrics(const HostPort& listen, const Metrics& metrics);
  // /healthz and /readyz: 200 "ok" or 503 with the reason; ?verbose lists all checks.
  Status openHealth(const HostPort& listen, const kube::HealthChecks& liveness,
                    const kube::HealthChecks& readiness);
  // The first call opens the port, later ones change its certificate.
  Status serveControl(const HostPort& listen, const http::ServerTls& tls, http::Handler heartbeat);
  bool controlServes() const { return controlServes_; }
  void close();

 private:
  http::Router metricsRouter_;
  http::Router healthRouter_;
  http::Router controlRouter_;
  std::unique_ptr<http::Server> metrics_;
  std::unique_ptr<http::Server> health_;
  std::unique_ptr<http::Server> control_;
  std::atomic<bool> controlServes_{false};
};

}  // namespace shopkeeper
