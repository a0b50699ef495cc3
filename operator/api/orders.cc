#include "operator/api/orders.h"

#include <set>

#include "operator/api/field_reader.h"

namespace shopkeeper::api {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 16u << 10;
constexpr std::size_t kMaxRevisions = 8;
constexpr std::size_t kMaxMirrors = 4;
constexpr std::size_t kMaxFaults = 32;

// Calls `each` for every component that `orders.NAME` names; others are errors.
template <class Each>
void forEachUpstream(const Reader& orders, const char* name, Each each) {
  const auto reader = orders.child(name);
  std::string allowed;
  std::set<std::string> names;
  for (const auto component : kComponents) {
    if (callersOf(component).empty()) continue;
    const std::string text(toString(component));
    names.insert(text);
    allowed += (allowed.empty() ? "" : ", ") + text;
    if (reader.has(text.c_str())) each(component, reader, text.c_str());
  }
  reader.onlyFields(names, "must be one of " + allowed);
}

void readWeights(const Reader& reader, const char* name, std::vector<wire::RevisionWeight>& out) {
  int total = 0;
  reader.child(name).forEachField([&](const std::string& version, const Reader& versions) {
    wire::RevisionWeight revision{version, 0};
    versions.read(version.c_str(), revision.weight, 0, 10'000);
    total += revision.weight;
    out.push_back(std::move(revision));
  });
  if (out.size() > kMaxRevisions) reader.fail(name, "must name at most 8 versions");
  if (total != 10'000) {
    reader.fail(name,
                "must add up to 10000 (hundredths of a percent), not " + std::to_string(total));
  }
}

void readMirrors(const Reader& reader, const char* name, std::vector<wire::Mirror>& out) {
  reader.forEach(name, [&](const Reader& item) {
    item.onlyFields({"version", "percent", "compare"});
    wire::Mirror mirror;
    item.read("version", mirror.version);
    if (mirror.version.empty()) item.fail("version", "must name the version that gets the copies");
    item.read("percent", mirror.percent, 1, 100);
    if (!item.has("percent")) item.fail("percent", "must be within 1 to 100");
    item.read("compare", mirror.compare);
    out.push_back(std::move(mirror));
  });
  if (out.size() > kMaxMirrors) reader.fail(name, "must have at most 4 entries");
}

bool isKind(const std::string& text, wire::FaultKind& out) {
  static constexpr const char* kNames[] = {"Delay", "Status", "Reset", "Hang", "Corrupt"};
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (text != kNames[i]) continue;
    out = static_cast<wire::FaultKind>(i);
    return true;
  }
  return false;
}

void readFaults(const Reader& orders, std::vector<wire::Fault>& out) {
  std::set<std::string> ids;
  orders.forEach("faults", [&](const Reader& item) {
    item.onlyFields({"id", "component", "pod", "kind", "percent", "delayMs", "status", "ttlMs"});
    wire::Fault fault;
    item.read("id", fault.id);
    if (fault.id.empty() || fault.id.size() > 63 || !ids.insert(fault.id).second) {
      item.fail("id", "must be a text of 1 to 63 characters that no other fault has");
    }
    item.read("component", fault.component);
    if (!parseComponent(fault.component)) {
      item.fail("component", "must be one of ui, search, recommendation, knowledge, dialogue");
    }
    item.read("pod", fault.pod);
    std::string kind;
    item.read("kind", kind);
    if (!isKind(kind, fault.kind)) {
      item.fail("kind", "must be one of Delay, Status, Reset, Hang, Corrupt");
    }
    item.read("percent", fault.percent, 1, 100);
    item.read("delayMs", fault.delayMs, 1, 600'000);
    if (fault.kind == wire::FaultKind::Delay && fault.delayMs == 0) {
      item.fail("delayMs", "must be within 1 to 600000 for kind Delay");
    }
    item.read("status", fault.status, 200, 599);
    item.read("ttlMs", fault.ttlMs, 1, 600'000);
    out.push_back(std::move(fault));
  });
  if (out.size() > kMaxFaults) orders.fail("faults", "must have at most 32 entries");
}

}  // namespace

Result<Orders> parseOrders(std::string_view text) {
  if (text.size() > kMaxText) {
    return Error(ErrorCode::InvalidArgument, "the text must have at most 16 KiB");
  }
  const auto object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) {
    return Error(ErrorCode::InvalidArgument,
                 "the text must be a JSON object such as {\"pin\": {\"search\": \"<pod>\"}}");
  }
  std::string error;
  const Reader reader(object, "orders", &error);
  reader.onlyFields({"pin", "weights", "mirrors", "faults"});
  Orders orders;
  forEachUpstream(reader, "pin", [&](Component component, const Reader& pins, const char* name) {
    pins.read(name, orders.of(component).pin);
  });
  forEachUpstream(reader, "weights", [&](Component component, const Reader& all, const char* name) {
    readWeights(all, name, orders.of(component).weights);
  });
  forEachUpstream(reader, "mirrors", [&](Component component, const Reader& all, const char* name) {
    readMirrors(all, name, orders.of(component).mirrors);
  });
  readFaults(reader, orders.faults);
  if (!error.empty()) return Error(ErrorCode::InvalidArgument, error);
  return orders;
}

std::optional<wire::EndpointOrder> parsePodOrder(std::string_view text) {
  if (text == "drain") return wire::EndpointOrder::Drain;
  if (text == "eject") return wire::EndpointOrder::Eject;
  return std::nullopt;
}

}  // namespace shopkeeper::api
