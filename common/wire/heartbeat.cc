#include "common/wire/heartbeat.h"

#include "common/wire/codec.h"

namespace shopkeeper::wire {
namespace {

nlohmann::json encode(const TrafficCounts& counts) {
  return {{"requests", counts.requests}, {"errors", counts.errors}, {"inFlight", counts.inFlight},
          {"retries", counts.retries},   {"p50Ms", counts.p50Ms},   {"p99Ms", counts.p99Ms}};
}

std::string decode(const nlohmann::json& object, const std::string& where, TrafficCounts& counts) {
  FieldReader fields(object, where);
  fields.read("requests", counts.requests);
  fields.read("errors", counts.errors);
  fields.read("inFlight", counts.inFlight);
  fields.read("retries", counts.retries);
  fields.read("p50Ms", counts.p50Ms);
  fields.read("p99Ms", counts.p99Ms);
  return fields.error();
}

std::string readEndpoint(const nlohmann::json& object, const std::string& where,
                         EndpointReport& report) {
  FieldReader fields(object, where);
  fields.require("upstream", report.upstream);
  fields.require("address", report.address);
  fields.read("healthy", report.healthy);
  fields.read("reason", report.reason);
  if (!fields.error().empty() || !object.contains("traffic")) return fields.error();
  return decode(object["traffic"], "traffic", report.traffic);
}

std::string readRevision(const nlohmann::json& object, const std::string& where,
                         RevisionReport& report) {
  FieldReader fields(object, where);
  fields.require("upstream", report.upstream);
  fields.require("version", report.version);
  fields.read("requests", report.requests);
  fields.read("errors", report.errors);
  return fields.error();
}

std::string readMirror(const nlohmann::json& object, const std::string& where,
                       MirrorReport& report) {
  FieldReader fields(object, where);
  fields.require("upstream", report.upstream);
  fields.require("version", report.version);
  fields.read("sent", report.sent);
  fields.read("same", report.same);
  fields.read("different", report.different);
  fields.read("failed", report.failed);
  return fields.error();
}

}  // namespace

std::string toJson(const Heartbeat& heartbeat) {
  nlohmann::json endpoints = nlohmann::json::array();
  for (const EndpointReport& report : heartbeat.endpoints) {
    endpoints.push_back({{"upstream", report.upstream},
                         {"address", report.address},
                         {"healthy", report.healthy},
                         {"reason", report.reason},
                         {"traffic", encode(report.traffic)}});
  }
  nlohmann::json revisions = nlohmann::json::array();
  for (const RevisionReport& report : heartbeat.revisions) {
    revisions.push_back({{"upstream", report.upstream},
                         {"version", report.version},
                         {"requests", report.requests},
                         {"errors", report.errors}});
  }
  nlohmann::json mirrors = nlohmann::json::array();
  for (const MirrorReport& report : heartbeat.mirrors) {
    mirrors.push_back({{"upstream", report.upstream},
                       {"version", report.version},
                       {"sent", report.sent},
                       {"same", report.same},
                       {"different", report.different},
                       {"failed", report.failed}});
  }
  const nlohmann::json json = {{"guide", heartbeat.guide},
                               {"namespace", heartbeat.nameSpace},
                               {"component", heartbeat.component},
                               {"pod", heartbeat.pod},
                               {"node", heartbeat.node},
                               {"version", heartbeat.version},
                               {"sequence", heartbeat.sequence},
                               {"appliedGeneration", heartbeat.appliedGeneration},
                               {"serviceHealthy", heartbeat.serviceHealthy},
                               {"serviceReason", heartbeat.serviceReason},
                               {"draining", heartbeat.draining},
                               {"ingress", encode(heartbeat.ingress)},
                               {"endpoints", endpoints},
                               {"revisions", revisions},
                               {"mirrors", mirrors},
                               {"faults", heartbeat.faults}};
  return toText(json);
}

Result<Heartbeat> parseHeartbeat(std::string_view text) {
  const auto json = parseObject(text, "the heartbeat");
  if (!json) return json.error();

  Heartbeat heartbeat;
  FieldReader fields(*json, "");
  fields.require("guide", heartbeat.guide);
  fields.require("namespace", heartbeat.nameSpace);
  fields.require("component", heartbeat.component);
  fields.require("pod", heartbeat.pod);
  fields.read("node", heartbeat.node);
  fields.read("version", heartbeat.version);
  fields.read("sequence", heartbeat.sequence);
  fields.read("appliedGeneration", heartbeat.appliedGeneration);
  fields.read("serviceHealthy", heartbeat.serviceHealthy);
  fields.read("serviceReason", heartbeat.serviceReason);
  fields.read("draining", heartbeat.draining);
  std::string error = fields.error();
  if (error.empty() && json->contains("ingress")) {
    error = decode((*json)["ingress"], "ingress", heartbeat.ingress);
  }
  if (error.empty()) error = decodeList(fields, "", "endpoints", heartbeat.endpoints, readEndpoint);
  if (error.empty()) error = decodeList(fields, "", "revisions", heartbeat.revisions, readRevision);
  if (error.empty()) error = decodeList(fields, "", "mirrors", heartbeat.mirrors, readMirror);
  fields.read("faults", heartbeat.faults);
  if (error.empty()) error = fields.error();
  if (!error.empty()) return Error(ErrorCode::InvalidArgument, "heartbeat: " + error);
  return heartbeat;
}

}  // namespace shopkeeper::wire
