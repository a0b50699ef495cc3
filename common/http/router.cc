#include "common/http/router.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "common/log.h"

namespace shopkeeper::http {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  std::size_t start = 0;
  while (true) {
    const auto slash = path.find('/', start);
    segments.emplace_back(path.substr(start, slash - start));
    if (slash == std::string_view::npos) return segments;
    start = slash + 1;
  }
}

bool isParam(const std::string& segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// Literal segments compare raw, so "/a%2Fb" never matches "/a/b".
bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
             PathParams& params) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (isParam(pattern[i])) {
      if (path[i].empty()) return false;
      params[pattern[i].substr(1, pattern[i].size() - 2)] = percentDecode(path[i], false);
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Router::add(std::string method, std::string pattern, RouteHandler handler) {
  auto segments = split(pattern);
  routes_.push_back(
      {std::move(method), std::move(pattern), std::move(segments), std::move(handler)});
}

Response Router::handle(const Request& request) const {
  const auto start = std::chrono::steady_clock::now();
  std::string_view pattern = "unmatched";
  Response response;
  try {
    response = dispatch(request, pattern);
  } catch (const std::exception& failure) {  // the border: no handler may end the process
    log::error("request handler failed",
               {{"url.path", request.path()}, {"error.message", failure.what()}});
    response = errorResponse(Error(ErrorCode::Internal, "internal error", false));
  }
  if (request.method == "HEAD") {
    response.headers.set("Content-Length", std::to_string(response.body.size()));
    response.body.clear();
  }
  if (metrics_ != nullptr) {
    const std::string route(pattern);
    // Unknown methods share one label value: a client must not be able to grow the registry.
    const bool known = request.method == "GET" || request.method == "POST" ||
                       request.method == "HEAD" || request.method == "PUT" ||
                       request.method == "DELETE" || request.method == "OPTIONS";
    metrics_
        ->counter("http_requests_total", "Requests by route, method and status code.",
                  {{"route", route},
                   {"method", known ? request.method : "other"},
                   {"code", std::to_string(response.status)}})
        .Increment();
    metrics_
        ->histogram("http_request_duration_seconds", "Request latency by route.", latencyBuckets(),
                    {{"route", route}})
        .Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return response;
}

Response Router::dispatch(const Request& request, std::string_view& matchedPattern) const {
  const auto path = split(request.path());
  const std::string_view method =
      request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string allowed;
  for (const Route& route : routes_) {
    PathParams params;
    if (!matches(route.segments, path, params)) continue;
    matchedPattern = route.pattern;
    if (route.method == method) return route.handler(request, params);
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method;
  }
  if (allowed.empty()) {
    return errorResponse(Error(ErrorCode::NotFound, "no such path"));
  }
  Response response = errorResponse(
      Error(ErrorCode::InvalidArgument, "method " + request.method + " is not one of " + allowed));
  response.status = 405;
  response.headers.set("Allow", allowed);
  return response;
}

int statusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return 400;
    case ErrorCode::Unauthenticated:
      return 401;
    case ErrorCode::PermissionDenied:
      return 403;
    case ErrorCode::NotFound:
      return 404;
    case ErrorCode::AlreadyExists:
    case ErrorCode::Conflict:
      return 409;
    case ErrorCode::Gone:
      return 410;
    case ErrorCode::TooLarge:
      return 413;
    case ErrorCode::TooManyRequests:
      return 429;
    case ErrorCode::Unavailable:
    case ErrorCode::Cancelled:
      return 503;
    case ErrorCode::Timeout:
      return 504;
    case ErrorCode::Corrupt:
    case ErrorCode::Internal:
      return 500;
  }
  return 500;
}

Error errorFromStatus(int status, std::string message) {
  switch (status) {
    case 400:
    case 422:
      return Error(ErrorCode::InvalidArgument, std::move(message));
    case 401:
      return Error(ErrorCode::Unauthenticated, std::move(message));
    case 403:
      return Error(ErrorCode::PermissionDenied, std::move(message));
    case 404:
      return Error(ErrorCode::NotFound, std::move(message));
    case 409:
      return Error(ErrorCode::Conflict, std::move(message));
    case 410:
      return Error(ErrorCode::Gone, std::move(message));
    case 413:
      return Error(ErrorCode::TooLarge, std::move(message));
    case 429:
      return Error(ErrorCode::TooManyRequests, std::move(message));
    case 408:
    case 504:
      return Error(ErrorCode::Timeout, std::move(message));
    case 502:
    case 503:
      return Error(ErrorCode::Unavailable, std::move(message));
    default:
      return Error(ErrorCode::Internal, std::move(message), status >= 500);
  }
}

Response jsonResponse(std::string body, int status) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json; charset=utf-8");
  response.body = std::move(body);
  return response;
}

Response errorResponse(const Error& error) {
  const nlohmann::json body = {
      {"error", {{"code", toString(error.code())}, {"message", error.message()}}}};
  return jsonResponse(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                      statusOf(error.code()));
}

}  // namespace shopkeeper::http
