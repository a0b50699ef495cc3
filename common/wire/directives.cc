#include "common/wire/directives.h"

#include "common/wire/codec.h"

namespace shopkeeper::wire {
namespace {

std::string decode(const nlohmann::json& object, const std::string& where, Endpoint& endpoint) {
  FieldReader fields(object, where);
  std::string tier = "Primary";
  fields.read("pod", endpoint.pod);
  fields.require("address", endpoint.address);
  fields.read("node", endpoint.node);
  fields.read("zone", endpoint.zone);
  fields.read("version", endpoint.version);
  fields.read("tier", tier);
  fields.read("weight", endpoint.weight);
  fields.read("terminating", endpoint.terminating);
  if (tier != "Primary" && tier != "Standby") fields.fail("tier", "Primary or Standby");
  if (endpoint.weight < 0 || endpoint.weight > 10'000) fields.fail("weight", "0 to 10000");
  endpoint.tier = tier == "Standby" ? Tier::Standby : Tier::Primary;
  return fields.error();
}

std::string decode(const nlohmann::json& object, const std::string& where, Upstream& upstream) {
  FieldReader fields(object, where);
  fields.require("name", upstream.name);
  fields.read("timeoutMs", upstream.timeoutMs);
  fields.read("retryBudgetPercent", upstream.retryBudgetPercent);
  if (upstream.timeoutMs < 1) fields.fail("timeoutMs", "1 or more");
  if (upstream.retryBudgetPercent < 0 || upstream.retryBudgetPercent > 100) {
    fields.fail("retryBudgetPercent", "0 to 100");
  }
  for (const auto& item : fields.array("endpoints")) {
    Endpoint endpoint;
    const std::string error = decode(
        item, where + ".endpoints[" + std::to_string(upstream.endpoints.size()) + "]", endpoint);
    if (!error.empty()) return error;
    upstream.endpoints.push_back(std::move(endpoint));
  }
  return fields.error();
}

}  // namespace

std::string toJson(const Directives& directives) {
  nlohmann::json upstreams = nlohmann::json::array();
  for (const Upstream& upstream : directives.upstreams) {
    nlohmann::json endpoints = nlohmann::json::array();
    for (const Endpoint& endpoint : upstream.endpoints) {
      endpoints.push_back({{"pod", endpoint.pod},
                           {"address", endpoint.address},
                           {"node", endpoint.node},
                           {"zone", endpoint.zone},
                           {"version", endpoint.version},
                           {"tier", endpoint.tier == Tier::Standby ? "Standby" : "Primary"},
                           {"weight", endpoint.weight},
                           {"terminating", endpoint.terminating}});
    }
    upstreams.push_back({{"name", upstream.name},
                         {"endpoints", endpoints},
                         {"timeoutMs", upstream.timeoutMs},
                         {"retryBudgetPercent", upstream.retryBudgetPercent}});
  }
  const nlohmann::json json = {{"guide", directives.guide},
                               {"namespace", directives.nameSpace},
                               {"generation", directives.generation},
                               {"upstreams", upstreams}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Directives> parseDirectives(std::string_view text) {
  const auto json = parseObject(text, "the directives");
  if (!json) return json.error();

  Directives directives;
  FieldReader fields(*json, "");
  fields.require("guide", directives.guide);
  fields.require("namespace", directives.nameSpace);
  fields.read("generation", directives.generation);
  std::string error = fields.error();
  for (const auto& item : fields.array("upstreams")) {
    if (!error.empty()) break;
    Upstream upstream;
    error =
        decode(item, "upstreams[" + std::to_string(directives.upstreams.size()) + "]", upstream);
    directives.upstreams.push_back(std::move(upstream));
  }
  if (error.empty()) error = fields.error();
  if (!error.empty()) return Error(ErrorCode::InvalidArgument, "directives: " + error);
  return directives;
}

}  // namespace shopkeeper::wire
