#include "operator/control/control_api.h"

#include <nlohmann/json.hpp>

#include "common/log.h"

namespace shopkeeper::control {
namespace {

using nlohmann::json;

http::Response jsonResponse(int status, const json& body) {
  return {status, {{"Content-Type", "application/json"}}, body.dump()};
}

http::Response failure(int status, const std::string& code, const std::string& message) {
  return jsonResponse(status, {{"error", {{"code", code}, {"message", message}}}});
}

// The token of "Authorization: Bearer <token>", empty where there is none.
std::string bearer(const http::Request& request) {
  static constexpr std::string_view kScheme = "bearer ";
  const auto value = request.headers.get("Authorization").value_or("");
  if (value.size() <= kScheme.size()) return "";
  if (!http::equalsIgnoreCase(value.substr(0, kScheme.size()), kScheme)) return "";
  return std::string(value.substr(kScheme.size()));
}

bool speaksForItself(const PodIdentity& identity, const wire::Heartbeat& heartbeat) {
  return identity.ns == heartbeat.nameSpace && identity.pod == heartbeat.pod &&
         identity.serviceAccount == heartbeat.guide + "-" + heartbeat.component;
}

}  // namespace

ControlApi::ControlApi(Deps deps) : deps_(std::move(deps)) {}

http::Response ControlApi::heartbeat(const http::Request& request) {
  auto response = answer(request);
  deps_.metrics
      .counter("shopkeeper_heartbeats_total", "Heartbeats received, by answer",
               {{"code", std::to_string(response.status)}})
      .Increment();
  return response;
}

http::Response ControlApi::answer(const http::Request& request) {
  if (!deps_.leading()) return jsonResponse(421, {{"leader", deps_.leaderAddress()}});
  const auto token = bearer(request);
  if (token.empty()) return failure(401, "unauthenticated", "the request carries no bearer token");
  const auto identity = deps_.tokens.review(token);
  if (!identity) {
    const bool refused = identity.error().code() == ErrorCode::Unauthenticated;
    return failure(refused ? 401 : 503, refused ? "unauthenticated" : "unavailable",
                   identity.error().message());
  }
  const auto heartbeat = wire::parseHeartbeat(request.body);
  if (!heartbeat) return failure(400, "invalid", heartbeat.error().message());
  const auto component = api::parseComponent(heartbeat->component);
  if (!component || !speaksForItself(*identity, *heartbeat)) {
    return failure(403, "forbidden",
                   "the token is pod " + identity->pod + "'s, the heartbeat speaks for pod " +
                       heartbeat->pod + " of guide " + heartbeat->guide);
  }
  const kube::ObjectKey guide{heartbeat->nameSpace, heartbeat->guide};
  const auto change = deps_.heartbeats.observe(*heartbeat);
  // Bounded by the registry: it knows how many pods are too many.
  if (change != HeartbeatRegistry::Change::Dropped) deps_.traffic.observe(*heartbeat);
  switch (change) {
    case HeartbeatRegistry::Change::State:
      deps_.changed(guide);
      break;
    case HeartbeatRegistry::Change::Dropped:
      log::warn("heartbeat dropped: too many pods", {{"kubernetes.pod", heartbeat->pod}});
      break;
    case HeartbeatRegistry::Change::None:
      break;
  }
  const auto directives = deps_.book.newerThan(heartbeat->appliedGeneration, guide, *component);
  if (!directives) return {204, {}, ""};
  return {200, {{"Content-Type", "application/json"}}, wire::toJson(*directives)};
}

}  // namespace shopkeeper::control
