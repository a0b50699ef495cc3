#include "services/runtime/frame.h"

#include <charconv>

namespace shopkeeper::services {
namespace {

// A number in [0, 65535], nothing else around it.
bool parsePort(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

http::Response plain(int status, std::string text) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.headers.set("Cache-Control", "no-store");
  response.body = std::move(text) + "\n";
  return response;
}

}  // namespace

Result<ListenAddress> parseListen(std::string_view text) {
  const Error wrong(ErrorCode::InvalidArgument,
                    "listen address \"" + std::string(text) +
                        "\" must be ADDRESS:PORT, for example 127.0.0.1:9080");
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  ListenAddress address;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong;
  }
  if (host.empty() || !parsePort(text.substr(colon + 1), address.port)) return wrong;
  address.host = host;
  return address;
}

Status checkBaseUrl(std::string_view text) {
  std::string_view rest = text;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (rest.starts_with(scheme)) rest.remove_prefix(scheme.size());
  }
  if (rest.size() == text.size() || rest.empty() ||
      rest.find_first_of("/?#@ ") != std::string_view::npos) {
    return Error(ErrorCode::InvalidArgument,
                 "address \"" + std::string(text) +
                     "\" must be http://HOST:PORT without a path, for example "
                     "http://127.0.0.1:9000");
  }
  return ok();
}

void addCommonRoutes(http::Router& router, const Service& service, const Metrics& metrics,
                     const std::string& openApi) {
  router.get("/healthz",
             [](const http::Request&, const http::PathParams&) { return plain(200, "ok"); });
  router.get("/readyz", [&service](const http::Request&, const http::PathParams&) {
    const std::string reason = service.notReadyReason();
    return reason.empty() ? plain(200, "ready") : plain(503, "not ready: " + reason);
  });
  router.get("/metrics", [&metrics](const http::Request&, const http::PathParams&) {
    http::Response response;
    response.headers.set("Content-Type", Metrics::kContentType);
    response.body = metrics.expose();
    return response;
  });
  router.get("/openapi.json", [&openApi](const http::Request&, const http::PathParams&) {
    return http::jsonResponse(openApi);
  });
}

}  // namespace shopkeeper::services
