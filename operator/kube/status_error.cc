#include "operator/kube/status_error.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <nlohmann/json.hpp>

namespace shopkeeper::kube {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxMessage = 2048;
constexpr Duration kMaxRetryAfter = std::chrono::minutes(1);

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& details(const json& status) {
  static const json none = json::object();
  const auto found = status.find("details");
  return found != status.end() && found->is_object() ? *found : none;
}

ErrorCode codeOf(int status, const std::string& reason) {
  switch (status) {
    case 400:
      return ErrorCode::InvalidArgument;
    case 401:
      return ErrorCode::Unauthenticated;
    case 403:
      return ErrorCode::PermissionDenied;
    case 404:
      return ErrorCode::NotFound;
    case 409:
      return reason == "AlreadyExists" ? ErrorCode::AlreadyExists : ErrorCode::Conflict;
    case 410:
      return ErrorCode::Gone;
    case 413:
      return ErrorCode::TooLarge;
    case 422:
      return ErrorCode::InvalidArgument;
    case 429:
      return ErrorCode::TooManyRequests;
    case 500:
      return ErrorCode::Internal;
    case 504:
      return ErrorCode::Timeout;
    default:
      break;
  }
  if (reason == "Expired" || reason == "Gone") return ErrorCode::Gone;
  if (status >= 500) return ErrorCode::Unavailable;
  if (status >= 400) return ErrorCode::InvalidArgument;
  return ErrorCode::Internal;
}

// Server errors are the server's trouble of the moment.
Error make(int status, const std::string& reason, std::string message) {
  if (message.size() > kMaxMessage) message.resize(kMaxMessage);
  const Error byNature(codeOf(status, reason), std::move(message));
  return status >= 500 ? Error(byNature.code(), byNature.message(), true) : byNature;
}

}  // namespace

Error errorFromStatusObject(const json& status, int httpStatus) {
  int code = httpStatus;
  if (const auto found = status.find("code"); found != status.end() && found->is_number_integer()) {
    code = found->get<int>();
  }
  std::string message = text(status, "message");
  const auto causes = details(status).find("causes");
  // For one cause, or for our own CRDs, the server's sentence already names the fields.
  if (causes != details(status).end() && causes->is_array()) {
    for (const json& cause : *causes) {
      if (!cause.is_object()) continue;
      const std::string field = text(cause, "field");
      const std::string why = text(cause, "message");
      if (message.find(why) == std::string::npos) message += "; " + field + ": " + why;
    }
  }
  if (message.empty()) message = "HTTP " + std::to_string(code);
  return make(code, text(status, "reason"), std::move(message));
}

Error errorFromResponse(const http::Response& response) {
  const json body = json::parse(response.body, nullptr, false);
  if (body.is_object() && text(body, "kind") == "Status") {
    return errorFromStatusObject(body, response.status);
  }
  std::string message = "HTTP " + std::to_string(response.status) + " " +
                        std::string(http::reasonPhrase(response.status));
  // What a proxy wrote, on one line.
  std::string said = response.body.substr(0, 200);
  std::replace_if(said.begin(), said.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  if (!said.empty()) message += ": " + said;
  return make(response.status, "", std::move(message));
}

std::optional<Duration> retryAfter(const http::Response& response, WallTime now) {
  const auto header = response.headers.get("Retry-After");
  if (header) {
    long long seconds = 0;
    const auto [end, error] =
        std::from_chars(header->data(), header->data() + header->size(), seconds);
    if (error == std::errc() && end == header->data() + header->size()) {
      return std::clamp<Duration>(std::chrono::seconds(std::clamp(seconds, 0LL, 3600LL)),
                                  Duration::zero(), kMaxRetryAfter);
    }
    std::tm date{};
    if (::strptime(std::string(*header).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) != nullptr) {
      const auto at = std::chrono::system_clock::from_time_t(::timegm(&date));
      return std::clamp<Duration>(at - now, Duration::zero(), kMaxRetryAfter);
    }
  }
  const json body = json::parse(response.body, nullptr, false);
  if (!body.is_object()) return std::nullopt;
  const auto seconds = details(body).find("retryAfterSeconds");
  if (seconds == details(body).end() || !seconds->is_number_integer()) return std::nullopt;
  const auto value = std::clamp<long long>(seconds->get<long long>(), 0, 3600);
  return std::min<Duration>(std::chrono::seconds(value), kMaxRetryAfter);
}

}  // namespace shopkeeper::kube
