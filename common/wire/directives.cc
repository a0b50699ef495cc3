#include "common/wire/directives.h"

#include <array>

#include "common/wire/traffic_policy_json.h"

namespace shopkeeper::wire {
namespace {

// Names of an enum's values, in their order.
template <class Enum, std::size_t n>
void readEnum(FieldReader& fields, const char* name, const std::array<const char*, n>& names,
              Enum& out) {
  std::string text = names[static_cast<std::size_t>(out)];
  fields.read(name, text);
  std::string allowed;
  for (std::size_t i = 0; i < n; ++i) {
    if (text == names[i]) return void(out = static_cast<Enum>(i));
    allowed += (i == 0 ? "" : i + 1 == n ? " or " : ", ") + std::string(names[i]);
  }
  fields.fail(name, allowed);
}

constexpr std::array<const char*, 2> kTiers{"Primary", "Standby"};
constexpr std::array<const char*, 3> kOrders{"None", "Drain", "Eject"};
constexpr std::array<const char*, 5> kFaults{"Delay", "Status", "Reset", "Hang", "Corrupt"};

template <class Enum, std::size_t n>
const char* nameOf(const std::array<const char*, n>& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

void readWithin(FieldReader& fields, const char* name, int& value, int least, int most) {
  fields.read(name, value);
  if (value < least || value > most) {
    fields.fail(name, std::to_string(least) + " to " + std::to_string(most));
  }
}

std::string decode(const nlohmann::json& object, const std::string& where, Endpoint& endpoint) {
  FieldReader fields(object, where);
  fields.read("pod", endpoint.pod);
  fields.require("address", endpoint.address);
  fields.read("node", endpoint.node);
  fields.read("zone", endpoint.zone);
  fields.read("version", endpoint.version);
  readEnum(fields, "tier", kTiers, endpoint.tier);
  readWithin(fields, "weight", endpoint.weight, 0, 10'000);
  fields.read("terminating", endpoint.terminating);
  readEnum(fields, "order", kOrders, endpoint.order);
  return fields.error();
}

std::string decode(const nlohmann::json& object, const std::string& where, RevisionWeight& out) {
  FieldReader fields(object, where);
  fields.require("version", out.version);
  readWithin(fields, "weight", out.weight, 0, 10'000);
  return fields.error();
}

std::string decode(const nlohmann::json& object, const std::string& where, Mirror& mirror) {
  FieldReader fields(object, where);
  fields.require("version", mirror.version);
  readWithin(fields, "percent", mirror.percent, 0, 100);
  fields.read("compare", mirror.compare);
  return fields.error();
}

std::string decode(const nlohmann::json& object, const std::string& where, Fault& fault) {
  FieldReader fields(object, where);
  fields.require("id", fault.id);
  fields.require("component", fault.component);
  fields.read("pod", fault.pod);
  readEnum(fields, "kind", kFaults, fault.kind);
  readWithin(fields, "percent", fault.percent, 1, 100);
  readWithin(fields, "delayMs", fault.delayMs, 0, 600'000);
  readWithin(fields, "status", fault.status, 200, 599);
  readWithin(fields, "ttlMs", fault.ttlMs, 1, 600'000);
  return fields.error();
}

std::string decode(const nlohmann::json& object, const std::string& where, Upstream& upstream);

// Names the overload for the item's type: inside a header it could not be found.
template <class Item>
std::string decodeItems(FieldReader& fields, const std::string& where, const char* name,
                        std::vector<Item>& out) {
  const auto one = [](const auto& object, const std::string& at, Item& item) {
    return decode(object, at, item);
  };
  return decodeList(fields, where, name, out, one);
}

std::string decode(const nlohmann::json& object, const std::string& where, Upstream& upstream) {
  FieldReader fields(object, where);
  fields.require("name", upstream.name);
  fields.read("pin", upstream.pin);
  std::string error = fields.error();
  if (error.empty()) error = decodeItems(fields, where, "endpoints", upstream.endpoints);
  if (error.empty()) error = decodeItems(fields, where, "revisions", upstream.revisions);
  if (error.empty()) error = decodeItems(fields, where, "mirrors", upstream.mirrors);
  if (error.empty() && object.contains("policy")) {
    error = decode(object.at("policy"), where + ".policy", upstream.policy);
  }
  if (!error.empty() || upstream.revisions.empty()) return error;
  int total = 0;
  for (const RevisionWeight& revision : upstream.revisions) total += revision.weight;
  if (total != 10'000) fields.fail("revisions", "weights that add up to 10000");
  return fields.error();
}

nlohmann::json encode(const Endpoint& endpoint) {
  return {{"pod", endpoint.pod},
          {"address", endpoint.address},
          {"node", endpoint.node},
          {"zone", endpoint.zone},
          {"version", endpoint.version},
          {"tier", nameOf(kTiers, endpoint.tier)},
          {"weight", endpoint.weight},
          {"terminating", endpoint.terminating},
          {"order", nameOf(kOrders, endpoint.order)}};
}

nlohmann::json encode(const RevisionWeight& revision) {
  return {{"version", revision.version}, {"weight", revision.weight}};
}

nlohmann::json encode(const Mirror& mirror) {
  return {{"version", mirror.version}, {"percent", mirror.percent}, {"compare", mirror.compare}};
}

nlohmann::json encode(const Fault& fault) {
  return {{"id", fault.id},           {"component", fault.component},
          {"pod", fault.pod},         {"kind", nameOf(kFaults, fault.kind)},
          {"percent", fault.percent}, {"delayMs", fault.delayMs},
          {"status", fault.status},   {"ttlMs", fault.ttlMs}};
}

nlohmann::json encode(const Upstream& upstream);

template <class Item>
nlohmann::json encode(const std::vector<Item>& items) {
  nlohmann::json list = nlohmann::json::array();
  for (const Item& item : items) list.push_back(encode(item));
  return list;
}

nlohmann::json encode(const Upstream& upstream) {
  return {{"name", upstream.name},
          {"endpoints", encode(upstream.endpoints)},
          {"revisions", encode(upstream.revisions)},
          {"pin", upstream.pin},
          {"mirrors", encode(upstream.mirrors)},
          {"policy", toJson(upstream.policy)}};
}

}  // namespace

std::string toJson(const Directives& directives) {
  const nlohmann::json json = {{"guide", directives.guide},
                               {"namespace", directives.nameSpace},
                               {"generation", directives.generation},
                               {"upstreams", encode(directives.upstreams)},
                               {"faults", encode(directives.faults)}};
  return toText(json);
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
  if (error.empty()) error = decodeItems(fields, "", "upstreams", directives.upstreams);
  if (error.empty()) error = decodeItems(fields, "", "faults", directives.faults);
  if (!error.empty()) return Error(ErrorCode::InvalidArgument, "directives: " + error);
  return directives;
}

}  // namespace shopkeeper::wire
