// Maps method and path pattern to a handler: router.get("/v1/products/{id}", ...).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/http/server.h"
#include "common/metrics.h"
#include "common/result.h"

namespace shopkeeper::http {

// The decoded values of the pattern's {names}.
using PathParams = std::map<std::string, std::string, std::less<>>;
using RouteHandler = std::function<Response(const Request&, const PathParams&)>;

// Add all routes first, then use handle() from any thread.
//
// A path that no pattern matches is answered 404, a known path with another method 405 with Allow;
// HEAD is answered by the GET route without its body. Segments are decoded after matching, so an
// encoded slash never changes the route.
class Router {
 public:
  // `metrics` (may be null) receives http_requests_total{route,method,code} and
  // http_request_duration_seconds{route}; it must outlive the router.
  explicit Router(Metrics* metrics = nullptr) : metrics_(metrics) {}

  void add(std::string method, std::string pattern, RouteHandler handler);
  void get(std::string pattern, RouteHandler h) { add("GET", std::move(pattern), std::move(h)); }
  void post(std::string pattern, RouteHandler h) { add("POST", std::move(pattern), std::move(h)); }

  Response handle(const Request& request) const;

  // For Server::start; the router must outlive the server.
  Handler handler() const {
    return [this](const Request& request) { return handle(request); };
  }

 private:
  struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    RouteHandler handler;
  };
  Response dispatch(const Request& request, std::string_view& matchedPattern) const;

  Metrics* metrics_;
  std::vector<Route> routes_;
};

// {"error":{"code":"NotFound","message":"..."}} with the status that fits the code.
Response errorResponse(const Error& error);
int statusOf(ErrorCode code);
// The reverse, for answers of other services: code and retryability from a status.
Error errorFromStatus(int status, std::string message);

Response jsonResponse(std::string body, int status = 200);

}  // namespace shopkeeper::http
