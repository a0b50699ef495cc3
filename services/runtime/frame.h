// The parts of a service program that can be tested without a process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/http/router.h"
#include "common/metrics.h"
#include "common/result.h"
#include "services/runtime/service.h"

namespace shopkeeper::services {

struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:9080" or "[::1]:9080"; port 0 asks for any free one.
Result<ListenAddress> parseListen(std::string_view text);

// "http://HOST[:PORT]" without a path, as for --egress.
Status checkBaseUrl(std::string_view text);

// /healthz (the process answers), /readyz (200, or 503 with the reason), /metrics, /openapi.json.
// All arguments must outlive the router.
void addCommonRoutes(http::Router& router, const Service& service, const Metrics& metrics,
                     const std::string& openApi);

}  // namespace shopkeeper::services
